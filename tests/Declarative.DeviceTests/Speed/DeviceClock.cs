using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Wall-clock time of work on a device: it is told when all that was begun there is done.</summary>
internal static class DeviceClock
{
    /// <summary>A clock of a device.</summary>
    public static Func<TimeSpan> Of(Device device) => () =>
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize(device);
        return Stopwatch.GetElapsedTime(0);
    };
}
