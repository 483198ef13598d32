using System.ComponentModel;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>The linear maps through which generated steps pass derivatives where an operation does not act entry by entry. A tangent has
/// the coordinates first, [q, ...], and keeps them; an adjoint has the shape of its value.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class LinearMaps
{
    /// <summary>The tangent of a scalar that depends on no coordinate, [q].</summary>
    public static Tensor Zeros(this UpdateTangents tangents)
    {
        ArgumentNullException.ThrowIfNull(tangents);
        Tensor parameter = tangents.Parameter;
        return zeros([parameter.shape[0]], parameter.dtype, parameter.device);
    }

    /// <summary>The tangent of a tensor that depends on no coordinate, [q, ...].</summary>
    public static Tensor ZerosLike(this UpdateTangents tangents, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(tangents);
        ArgumentNullException.ThrowIfNull(value);
        return zeros([tangents.Parameter.shape[0], .. value.shape], value.dtype, value.device);
    }

    /// <summary>A tensor in the shape that it has together with another; a view.</summary>
    public static Tensor ExpandWith(this Tensor x, Tensor other) => x.expand(Together(x.shape, other.shape));

    /// <summary>A tangent [q, ...x] in the shape that x has together with another tensor; a view.</summary>
    public static Tensor Lift(this Tensor tangent, Tensor other)
    {
        long[] own = tangent.shape[1..];
        long[] whole = Together(own, other.shape);
        long[] aligned = [tangent.shape[0], .. Enumerable.Repeat(1L, whole.Length - own.Length), .. own];
        return tangent.view(aligned).expand([tangent.shape[0], .. whole]);
    }

    /// <summary>The adjoint of a tensor that was broadcast: summed over what it was repeated along; itself where that is nothing.</summary>
    public static Tensor SumTo(this Tensor adjoint, Tensor x)
    {
        long[] own = x.shape;
        if (own.Length == 0)
            return adjoint.sum();
        int added = (int)adjoint.dim() - own.Length;
        long[] repeated = [.. Enumerable.Range(0, (int)adjoint.dim()).Where(i => i < added || (own[i - added] == 1 && adjoint.shape[i] != 1)).Select(i => (long)i)];
        return repeated.Length == 0 ? adjoint.alias() : adjoint.sum(repeated, keepdim: true).view(own);
    }

    /// <summary>The adjoint of a tensor that was broadcast, times a weight.</summary>
    public static Tensor SumTo(this Tensor adjoint, Tensor weight, Tensor x) => x.dim() == 0 ? adjoint.Dot(weight) : adjoint.mul(weight).SumTo(x);

    /// <summary>The sum over all entries, for each coordinate: [q].</summary>
    public static Tensor SumEntries(this Tensor tangent) => tangent.reshape(tangent.shape[0], -1).sum(1);

    /// <summary>The sum over all entries times a weight, for each coordinate: [q].</summary>
    public static Tensor SumEntries(this Tensor tangent, Tensor weight)
    {
        long q = tangent.shape[0];
        return tangent.numel() == q * weight.numel() ? tangent.reshape(q, -1).mv(weight.reshape(-1)) : tangent.mul(weight).SumEntries();
    }

    /// <summary>The adjoint of a sum over all entries: the same for each; a view.</summary>
    public static Tensor ExpandTo(this Tensor adjoint, Tensor x) => adjoint.expand(x.shape);

    /// <summary>The sum of a tangent along dimensions of its value.</summary>
    public static Tensor SumAlong(this Tensor tangent, long[] dimensions, bool isKept) => tangent.sum(Behind(tangent, dimensions), isKept);

    /// <summary>The sum of a tangent times a weight along dimensions of its value.</summary>
    public static Tensor SumAlong(this Tensor tangent, Tensor weight, long[] dimensions, bool isKept) => tangent.mul(weight).SumAlong(dimensions, isKept);

    /// <summary>What was summed along dimensions, repeated along them; a view.</summary>
    public static Tensor ExpandAlong(this Tensor adjoint, Tensor x, long[] dimensions, bool isKept)
    {
        if (isKept)
            return adjoint.expand(x.shape);
        long[] kept = x.shape;
        foreach (long dimension in dimensions)
            kept[dimension < 0 ? dimension + x.dim() : dimension] = 1;
        return adjoint.view(kept).expand(x.shape);
    }

    /// <summary>The cumulative sum of a tangent along a dimension of its value.</summary>
    public static Tensor AccumulateAlong(this Tensor tangent, long dimension) => tangent.cumsum(Behind(dimension));

    /// <summary>The transpose of a cumulative sum: the sums of the last entries along a dimension.</summary>
    public static Tensor AccumulateBackAlong(this Tensor adjoint, long dimension) => adjoint.flip(dimension).cumsum(dimension).flip(dimension);

    // A tangent has one dimension more in front.
    private static long Behind(long dimension) => dimension < 0 ? dimension : dimension + 1;

    private static long[] Behind(Tensor tangent, long[] dimensions) =>
        dimensions.Length == 0 ? [.. Enumerable.Range(1, (int)tangent.dim() - 1).Select(i => (long)i)] : [.. dimensions.Select(Behind)];

    private static long[] Together(long[] one, long[] other)
    {
        long[] whole = new long[Math.Max(one.Length, other.Length)];
        for (int i = 1; i <= whole.Length; i++)
        {
            long size = i <= one.Length ? one[^i] : 1;
            long size2 = i <= other.Length ? other[^i] : 1;
            whole[^i] = size == 1 ? size2 : size;
        }
        return whole;
    }
}
