using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>The time of work on a device. On a GPU wall-clock time, told when all that was begun there is done; on the CPU processor time, which what
/// else the machine does changes less.</summary>
internal static class DeviceClock
{
    /// <summary>A clock of a device.</summary>
    public static Func<TimeSpan> Of(Device device) => device.type == DeviceType.CUDA ? () =>
    {
        cuda.synchronize(device);
        return Stopwatch.GetElapsedTime(0);
    }
    : () => Environment.CpuUsage.TotalTime;
}
