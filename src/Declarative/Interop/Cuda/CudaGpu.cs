using System.Globalization;

namespace Declarative.Interop;

/// <summary>A GPU as the driver describes it.</summary>
/// <param name="Index">Its number among those that this process may see.</param>
/// <param name="Name">Its name.</param>
/// <param name="ComputeCapability">What its code is compiled for.</param>
/// <param name="Bytes">Its memory.</param>
internal sealed record CudaGpu(int Index, string Name, Version ComputeCapability, long Bytes)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"cuda:{Index} {Name}, compute capability {ComputeCapability}, {Bytes / (double)(1 << 30):0.#} GiB");
}
