using System.Globalization;
using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>How much memory is taken on a device.</summary>
internal static class DeviceMemory
{
    /// <summary>The most that was taken so far, in bytes: on a GPU what libtorch holds, which gives nothing back; on the CPU the largest resident
    /// size of the process. Null where it cannot be known.</summary>
    public static long? Taken(Device device) => device.type == DeviceType.CUDA ? OfGpu(device.index) : Status("VmHWM");

    /// <summary>What is resident now on the CPU; on a GPU as <see cref="Taken"/>.</summary>
    public static long? Now(Device device) => device.type == DeviceType.CUDA ? OfGpu(device.index) : Status("VmRSS");

    /// <summary>Lets the largest resident size begin anew, where the system can.</summary>
    public static void ForgetPeak()
    {
        const string Path = "/proc/self/clear_refs";
        try
        {
            if (File.Exists(Path))
                File.WriteAllText(Path, "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it is that of the whole process: too large at most.
        }
    }

    // Of all processes: differences tell what this one took.
    private static long? OfGpu(int index) => CudaDriver.Installed is { } driver && driver.FreeBytes(index) is { } free ? -free : null;

    private static long? Status(string name)
    {
        const string Path = "/proc/self/status";
        if (!File.Exists(Path))
            return null;
        string line = File.ReadLines(Path).First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
