using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>A derivative by central differences.</summary>
/// <param name="Value">Richardson's extrapolation of the differences of two step sizes h and h/2, (4 D(h/2) - D(h)) / 3.</param>
/// <param name="Error">|D(h) - D(h/2)|, and what rounding of the losses may add.</param>
/// <param name="Lowest">The lowest slope on one side, over all step sizes tried.</param>
/// <param name="Highest">The highest one.</param>
internal sealed record FiniteDifference(double Value, double Error, double Lowest, double Highest)
{
    // In the order in which they are tried: larger ones are less troubled by rounding, smaller ones step over a kink that is near.
    private static readonly double[] doubleSizes = [1e-4, 1e-3, 1e-5, 1e-6];
    private static readonly double[] singleSizes = [4e-2, 1e-2];

    /// <summary>Whether moving u either way, by any size, left the loss as it is, bit for bit.</summary>
    public bool IsExactlyZero => Value == 0 && Lowest == 0 && Highest == 0;

    /// <summary>Differentiates, with other steps until the error is small enough, or else with those whose error is smallest.</summary>
    /// <param name="moved">(u + h, the loss there) by h.</param>
    /// <param name="unit">What u is measured in.</param>
    /// <param name="type">The type in which losses are computed.</param>
    /// <param name="wanted">The error that is small enough.</param>
    public static FiniteDifference Of(Func<double, (double Coordinate, double Loss)> moved, double unit, ScalarType type, double wanted)
    {
        (double coordinate, double loss) = moved(0);
        double rounding = (type == ScalarType.Float64 ? Math.ScaleB(1, -52) : Math.ScaleB(1, -23)) * Math.Abs(loss);
        double lowest = double.PositiveInfinity;
        double highest = double.NegativeInfinity;
        FiniteDifference? best = null;
        foreach (double size in type == ScalarType.Float64 ? doubleSizes : singleSizes)
        {
            double whole = Central(size * unit);
            double half = Central(size * unit / 2);
            double error = Math.Abs(whole - half) + 4 * rounding / (size * unit);
            if (best is null || error < best.Error)
                best = new((4 * half - whole) / 3, error, 0, 0);
            if (best.Error <= wanted || !double.IsFinite(error))
                break;
        }
        return best! with { Lowest = lowest, Highest = highest };

        double Central(double size)
        {
            (double above, double lossAbove) = moved(size);
            (double below, double lossBelow) = moved(-size);
            double right = (lossAbove - loss) / (above - coordinate);
            double left = (loss - lossBelow) / (coordinate - below);
            lowest = Math.Min(lowest, Math.Min(left, right));
            highest = Math.Max(highest, Math.Max(left, right));
            return (lossAbove - lossBelow) / (above - below);
        }
    }
}
