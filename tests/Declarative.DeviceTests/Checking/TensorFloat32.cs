using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Which devices have TensorFloat32.</summary>
internal static class TensorFloat32
{
    private static readonly Version first = new(8, 0);

    /// <summary>Why a device has none; null where it has, or where the driver does not say.</summary>
    public static string? Obstacle(Device device) => device.type != DeviceType.CUDA ? "TensorFloat32 is CUDA's"
        : Obstacle(CudaDriver.Installed?.Gpus().FirstOrDefault(gpu => gpu.Index == Math.Max(device.index, 0)));

    /// <summary>Why a GPU has none.</summary>
    public static string? Obstacle(CudaGpu? gpu) => gpu is null || gpu.ComputeCapability >= first ? null
        : $"TensorFloat32 begins with compute capability {first}, and {gpu.Name} has {gpu.ComputeCapability}";
}
