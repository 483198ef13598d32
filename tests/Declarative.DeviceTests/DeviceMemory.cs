using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>How much memory is taken on a device.</summary>
internal static partial class DeviceMemory
{
    /// <summary>The most that was taken so far, in bytes: on a GPU what libtorch holds, which gives nothing back; on the CPU the largest resident
    /// size of the process. Null where it cannot be known.</summary>
    public static long? Taken(Device device) => device.type == DeviceType.CUDA ? TakenOnGpu() : Status("VmHWM");

    /// <summary>What is resident now on the CPU; on a GPU as <see cref="Taken"/>.</summary>
    public static long? Now(Device device) => device.type == DeviceType.CUDA ? TakenOnGpu() : Status("VmRSS");

    // Of the device on which libtorch worked last in this thread.
    private static long? TakenOnGpu()
    {
        try
        {
            return MemoryInformation(out nuint free, out nuint total) == 0 ? (long)(total - free) : null;
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }

    private static long? Status(string name)
    {
        const string File = "/proc/self/status";
        if (!System.IO.File.Exists(File))
            return null;
        string line = System.IO.File.ReadLines(File).First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    [LibraryImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static partial int MemoryInformation(out nuint free, out nuint total);
}
