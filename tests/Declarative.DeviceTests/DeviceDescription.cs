using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>What a reader must know of the device and of the libtorch that is loaded.</summary>
internal static class DeviceDescription
{
    /// <summary>The device's name and libtorch's version.</summary>
    public static string Of(Device device) =>
        $"{(device.type == DeviceType.CUDA ? Gpu(device.index) : Processor())}, libtorch {LibTorchBuild.OfLoaded().Version?.ToString() ?? "of an unknown version"}";

    private static string Gpu(int index)
    {
        CudaGpu? gpu = CudaDriver.Installed?.Gpus().FirstOrDefault(gpu => gpu.Index == index);
        return $"{gpu?.Name ?? "a GPU whose name is not known"}, CUDA {LibTorchBuild.OfLoaded().CudaVersion}";
    }

    private static string Processor()
    {
        const string Path = "/proc/cpuinfo";
        string? line = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return $"{line?[(line.IndexOf(':') + 1)..].Trim() ?? "a processor"}, {(get_num_threads() == 1 ? "one thread" : $"{get_num_threads()} threads")}";
    }
}
