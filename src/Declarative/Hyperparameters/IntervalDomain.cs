using System.Globalization;

namespace Declarative;

/// <summary>(min, max) on a scaled logit: φ = min + (max - min) σ(u), σ the logistic function.</summary>
public sealed class IntervalDomain : HyperparameterDomain
{
    // σ of it still differs from 0 and 1 in double precision.
    private const double Limit = 36;

    /// <summary>The interval between two numbers.</summary>
    /// <exception cref="ArgumentException">The ends are not finite, or <paramref name="min"/> is not below <paramref name="max"/>.</exception>
    public IntervalDomain(double min, double max)
    {
        if (!double.IsFinite(min) || !double.IsFinite(max) || min >= max)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"An interval needs finite ends with min < max, not [{min}, {max}]."));
        Min = min;
        Max = max;
    }

    /// <inheritdoc/>
    public override double Min { get; }

    /// <inheritdoc/>
    public override double Max { get; }

    /// <inheritdoc/>
    public override double LargestCoordinate => Limit;

    /// <inheritdoc/>
    public override double ToValue(double coordinate) =>
        Math.Clamp(Min + (Max - Min) * Logistic(coordinate), Math.BitIncrement(Min), Math.BitDecrement(Max));

    /// <inheritdoc/>
    public override double ToCoordinate(double value)
    {
        double fraction = (value - Min) / (Max - Min);
        return Math.Log(fraction) - Math.Log(1 - fraction);
    }

    /// <inheritdoc/>
    public override double Derivative(double coordinate)
    {
        double fraction = Logistic(coordinate);
        return (Max - Min) * fraction * (1 - fraction);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Min}, {Max})");

    private static double Logistic(double coordinate) => 1 / (1 + Math.Exp(-Math.Clamp(coordinate, -Limit, Limit)));
}
