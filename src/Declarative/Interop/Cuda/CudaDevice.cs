using Declarative.Interop;
using TorchSharp;

namespace Declarative;

/// <summary>NVIDIA GPUs, or one clear message.</summary>
public static class CudaDevice
{
    /// <summary>A GPU that computes: it has done so once when this returns. Nothing falls back to the CPU in silence; who wants that catches the
    /// exception.</summary>
    /// <param name="index">Its number among those that this process may see, from 0.</param>
    /// <returns>For <c>model.to(device)</c> and the like.</returns>
    /// <exception cref="CudaUnavailableException">There is no such GPU, no NVIDIA driver or too old a one, or libtorch is built for the CPU alone.</exception>
    /// <exception cref="LibTorchLoadException">libtorch is missing, or cannot be loaded on this machine.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static torch.Device Get(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        NativeLibraries.Check();
        return CudaDiagnosis.Of(CudaFacts.Gather(trialOn: index), index) is { } obstacle
            ? throw new CudaUnavailableException($"CUDA is not available: {obstacle}")
            : new torch.Device(DeviceType.CUDA, index);
    }
}
