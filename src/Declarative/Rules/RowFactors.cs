using Declarative.Interop;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>A factor for each coordinate u, which stays on its device: the host waits for it only where the tangent of a number is to be scaled.</summary>
/// <param name="values">[q], float64, finite.</param>
internal sealed class RowFactors(Tensor values)
{
    private double[]? onHost;

    /// <summary>The factors on the host.</summary>
    public double[] OnHost => onHost ??= HostNumbers.Read(values);

    /// <summary>The factors shaped so that they multiply the rows of a tangent [q, ...].</summary>
    public Tensor RowsOf(Tensor tangent) => values.to(tangent.dtype).view([-1, .. Enumerable.Repeat(1L, (int)tangent.dim() - 1)]);
}
