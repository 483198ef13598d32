using static TorchSharp.torch;

namespace Declarative.Tests.Devices;

/// <summary>A test on a GPU; skipped, with its reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<bool> isAvailable = new(cuda.is_available);

    public CudaTheoryAttribute() => Skip = isAvailable.Value ? null : "libtorch has no CUDA here, or finds no GPU.";
}
