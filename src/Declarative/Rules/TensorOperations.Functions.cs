using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

public static partial class TensorOperations
{
    private static readonly Scalar zero = 0.0.ToScalar();
    private static readonly Scalar one = 1.0.ToScalar();
    private static readonly Scalar half = 0.5.ToScalar();

    /// <summary>x to a number.</summary>
    public static Tensor Power(this Tensor x, double exponent)
    {
        using Scalar scalar = exponent.ToScalar();
        return x.pow(scalar);
    }

    /// <summary>x to the power y, entry by entry.</summary>
    public static Tensor Power(this Tensor x, Tensor exponent) => x.pow(exponent);

    /// <summary>A number to the power of each entry.</summary>
    public static Tensor Power(this double x, Tensor exponent) => exponent.Fill(x).pow_(exponent);

    /// <summary>1 / y, and 0 where y is 0: with y = √x, half of it is the derivative of √x, taken as 0 at 0. Adam's second moment
    /// is exactly 0 where an input never was anything else.</summary>
    public static Tensor ReciprocalOrZero(this Tensor y)
    {
        Tensor reciprocal = y.reciprocal();
        return reciprocal.masked_fill_(reciprocal.isinf(), zero);
    }

    /// <summary>ln x, and 0 where x is 0: what a power x^y changes by with y, where it is 0.</summary>
    public static Tensor LogarithmOrZero(this Tensor x) => x.log().masked_fill_(x.eq(zero), zero);

    /// <summary>The larger of x and y.</summary>
    public static Tensor Maximum(this Tensor x, Tensor y) => x.maximum(y);

    /// <summary>The larger of x and a number.</summary>
    public static Tensor Maximum(this Tensor x, double y)
    {
        using Scalar scalar = y.ToScalar();
        return x.clamp_min(scalar);
    }

    /// <summary>The smaller of x and y.</summary>
    public static Tensor Minimum(this Tensor x, Tensor y) => x.minimum(y);

    /// <summary>The smaller of x and a number.</summary>
    public static Tensor Minimum(this Tensor x, double y)
    {
        using Scalar scalar = y.ToScalar();
        return x.clamp_max(scalar);
    }

    /// <summary>x between two bounds.</summary>
    public static Tensor Clamp(this Tensor x, Tensor low, Tensor high) => x.clamp(low, high);

    /// <summary>x between two bounds.</summary>
    public static Tensor Clamp(this Tensor x, double low, double high)
    {
        using Scalar lowest = low.ToScalar();
        using Scalar highest = high.ToScalar();
        return x.clamp(lowest, highest);
    }

    /// <summary>x between two bounds.</summary>
    public static Tensor Clamp(this Tensor x, Tensor low, double high) => x.Clamp(low, x.Fill(high));

    /// <summary>x between two bounds.</summary>
    public static Tensor Clamp(this Tensor x, double low, Tensor high) => x.Clamp(x.Fill(low), high);

    /// <summary>A tensor like x, every entry the same number.</summary>
    public static Tensor Fill(this Tensor x, double value)
    {
        using Scalar scalar = value.ToScalar();
        return x.full_like(scalar, requires_grad: false);
    }

    /// <summary>x where the condition holds, y elsewhere.</summary>
    public static Tensor Select(this Tensor condition, Tensor x, Tensor y) => where(condition, x, y);

    /// <summary>x where the condition holds, y elsewhere.</summary>
    public static Tensor Select(this Tensor condition, Tensor x, double y)
    {
        using Scalar scalar = y.ToScalar();
        return x.masked_fill(condition.logical_not(), scalar);
    }

    /// <summary>x where the condition holds, y elsewhere.</summary>
    public static Tensor Select(this Tensor condition, double x, Tensor y)
    {
        using Scalar scalar = x.ToScalar();
        return y.masked_fill(condition, scalar);
    }

    /// <summary>x where the condition holds, and 0 elsewhere, whatever x is there.</summary>
    public static Tensor KeepWhere(this Tensor x, Tensor condition) => x.masked_fill(condition.logical_not(), zero);

    /// <summary>x becomes 0 where the condition does not hold, whatever x is there.</summary>
    public static Tensor KeepWhereInPlace(this Tensor x, Tensor condition) => x.masked_fill_(condition.logical_not(), zero);

    /// <summary>1 where the condition holds, 0 elsewhere, in the parameter's type.</summary>
    public static Tensor Indicator(this Tensor condition, UpdateState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return condition.to(state.Parameter.dtype);
    }

    /// <summary>1 where x > y, 0 where it is smaller, ½ where they are equal.</summary>
    public static Tensor ShareAbove(this Tensor x, Tensor y) => x.sub(y).sign_().add_(one, once).mul_(half);

    /// <summary>1 where x > y, 0 where it is smaller, ½ where they are equal.</summary>
    public static Tensor ShareAbove(this Tensor x, double y) => x.Shift(-y).sign_().add_(one, once).mul_(half);

    /// <summary>1 where x > y, 0 where it is smaller, ½ where they are equal.</summary>
    public static Tensor ShareAbove(this double x, Tensor y) => y.Shift(-x).neg_().sign_().add_(one, once).mul_(half);

    /// <summary>The same share for each entry that is the largest, 0 for the others.</summary>
    public static Tensor ShareOfLargest(this Tensor x, Tensor largest)
    {
        Tensor share = x.eq(largest).to(x.dtype);
        return share.div_(share.sum());
    }

    /// <summary>The same share for each entry that is the largest along dimensions, 0 for the others.</summary>
    public static Tensor ShareOfLargest(this Tensor x, Tensor largest, long[] dimensions, bool isKept)
    {
        Tensor share = x.eq(largest.ExpandAlong(x, dimensions, isKept)).to(x.dtype);
        return share.div_(share.sum(dimensions, keepdim: true));
    }

    /// <summary>Whether x = y.</summary>
    public static Tensor IsEqual(this Tensor x, Tensor y) => x.eq(y);

    /// <summary>Whether x = y.</summary>
    public static Tensor IsEqual(this Tensor x, double y) => Compare(x, y, static (tensor, number) => tensor.eq(number));

    /// <summary>Whether x = y.</summary>
    public static Tensor IsEqual(this double x, Tensor y) => y.IsEqual(x);

    /// <summary>Whether x ≠ y.</summary>
    public static Tensor IsNotEqual(this Tensor x, Tensor y) => x.ne(y);

    /// <summary>Whether x ≠ y.</summary>
    public static Tensor IsNotEqual(this Tensor x, double y) => Compare(x, y, static (tensor, number) => tensor.ne(number));

    /// <summary>Whether x ≠ y.</summary>
    public static Tensor IsNotEqual(this double x, Tensor y) => y.IsNotEqual(x);

    /// <summary>Whether x &lt; y.</summary>
    public static Tensor IsLess(this Tensor x, Tensor y) => x.lt(y);

    /// <summary>Whether x &lt; y.</summary>
    public static Tensor IsLess(this Tensor x, double y) => Compare(x, y, static (tensor, number) => tensor.lt(number));

    /// <summary>Whether x &lt; y.</summary>
    public static Tensor IsLess(this double x, Tensor y) => y.IsGreater(x);

    /// <summary>Whether x ≤ y.</summary>
    public static Tensor IsLessOrEqual(this Tensor x, Tensor y) => x.le(y);

    /// <summary>Whether x ≤ y.</summary>
    public static Tensor IsLessOrEqual(this Tensor x, double y) => Compare(x, y, static (tensor, number) => tensor.le(number));

    /// <summary>Whether x ≤ y.</summary>
    public static Tensor IsLessOrEqual(this double x, Tensor y) => y.IsGreaterOrEqual(x);

    /// <summary>Whether x > y.</summary>
    public static Tensor IsGreater(this Tensor x, Tensor y) => x.gt(y);

    /// <summary>Whether x > y.</summary>
    public static Tensor IsGreater(this Tensor x, double y) => Compare(x, y, static (tensor, number) => tensor.gt(number));

    /// <summary>Whether x > y.</summary>
    public static Tensor IsGreater(this double x, Tensor y) => y.IsLess(x);

    /// <summary>Whether x ≥ y.</summary>
    public static Tensor IsGreaterOrEqual(this Tensor x, Tensor y) => x.ge(y);

    /// <summary>Whether x ≥ y.</summary>
    public static Tensor IsGreaterOrEqual(this Tensor x, double y) => Compare(x, y, static (tensor, number) => tensor.ge(number));

    /// <summary>Whether x ≥ y.</summary>
    public static Tensor IsGreaterOrEqual(this double x, Tensor y) => y.IsLessOrEqual(x);

    /// <summary>The number of entries.</summary>
    public static double EntryCount(this Tensor x) => x.numel();

    /// <summary>The number of dimensions.</summary>
    public static double Rank(this Tensor x) => x.dim();

    /// <summary>The size of a dimension; a negative one counts from the last.</summary>
    public static double SizeOf(this Tensor x, long dimension) => x.shape[dimension < 0 ? x.dim() + dimension : dimension];

    private static Tensor Compare(Tensor x, double y, Func<Tensor, Scalar, Tensor> compare)
    {
        using Scalar scalar = y.ToScalar();
        return compare(x, scalar);
    }
}
