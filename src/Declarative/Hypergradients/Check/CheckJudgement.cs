using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Judges the values that modes and finite differences give one coordinate.</summary>
/// <param name="type">The type in which they were computed.</param>
/// <param name="asked">The relative deviation that is asked to be agreement.</param>
/// <param name="largest">The largest hypergradient of the problem, by magnitude.</param>
internal sealed class CheckJudgement(ScalarType type, double asked, double largest)
{
    private readonly double floor = type == ScalarType.Float64 ? 1e-2 : .1;

    // Modes differ by rounding alone, which finite differences enlarge.
    private readonly double floorOfModes = type == ScalarType.Float64 ? 1e-6 : 1e-2;
    private readonly double zero = type == ScalarType.Float64 ? 1e-10 : 1e-6;

    /// <summary>The relative deviation up to which values agree.</summary>
    public double Tolerance { get; } = type == ScalarType.Float64 ? asked : Math.Max(asked, 2e-2);

    /// <summary>What the deviation of values from each other is relative to.</summary>
    public double Scale(params IEnumerable<double> values) => Math.Max(Largest(values), floor * largest);

    /// <summary>The deviation of two values, relative to a scale; infinite where one is not a number.</summary>
    public static double Relative(double left, double right, double scale) =>
        left == right ? 0 : Math.Abs(left - right) / scale is var relative && double.IsNaN(relative) ? double.PositiveInfinity : relative;

    /// <summary>By how much modes differ from each other, relative to their values.</summary>
    public double Spread(double[] values) => values.Length == 0 ? 0 : Relative(values.Max(), values.Min(), Math.Max(Largest(values), floorOfModes * largest));

    /// <summary>The largest relative deviation of a mode from the finite difference.</summary>
    public double Deviation(double[] values, FiniteDifference difference)
    {
        double scale = Scale([.. values, difference.Value]);
        return values.Select(value => Relative(value, difference.Value, scale)).DefaultIfEmpty(0).Max();
    }

    /// <summary>Judges.</summary>
    /// <param name="values">What the modes gave.</param>
    /// <param name="difference">The finite difference.</param>
    /// <param name="isReached">Whether a gradient reaches the hyperparameter.</param>
    /// <param name="othersMatter">Whether it has other entries that are not zero.</param>
    public HypergradientVerdict Judge(double[] values, FiniteDifference difference, bool isReached, bool othersMatter)
    {
        if (!isReached)
            return HypergradientVerdict.StructurallyZero;
        if (difference.IsExactlyZero && Array.TrueForAll(values, value => value == 0))
            return othersMatter ? HypergradientVerdict.Unvisited : HypergradientVerdict.StructurallyZero;
        if (values.Length == 0)
            return HypergradientVerdict.Undecided;
        if (!(Spread(values) <= Tolerance))
            return HypergradientVerdict.Deviates;
        double scale = Scale([.. values, difference.Value]);
        bool isSmall = difference.Error <= Tolerance * scale;
        if (Deviation(values, difference) <= Tolerance + (isSmall ? difference.Error / scale : 0))
        {
            bool isZero = values.All(value => Math.Abs(value) <= zero * largest) && Math.Abs(difference.Value) <= Math.Max(zero * largest, difference.Error);
            return isZero ? HypergradientVerdict.NumericallyZero : HypergradientVerdict.Agrees;
        }
        double width = difference.Highest - difference.Lowest;
        bool isBetween = Array.TrueForAll(values, value => value >= difference.Lowest - width && value <= difference.Highest + width);
        return !isSmall && isBetween ? HypergradientVerdict.Undecided : HypergradientVerdict.Deviates;
    }

    private static double Largest(IEnumerable<double> values) => values.Select(Math.Abs).DefaultIfEmpty(0).Max();
}
