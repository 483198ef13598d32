namespace Declarative;

/// <summary>(0, ∞) on a logarithmic scale: φ = exp(u), so that a step in u is a factor on φ.</summary>
public sealed class PositiveDomain : HyperparameterDomain
{
    // exp of it is still a finite, normal double on both sides.
    private const double Limit = 700;

    /// <inheritdoc/>
    public override double Min => 0;

    /// <inheritdoc/>
    public override double Max => double.MaxValue;

    /// <inheritdoc/>
    public override double LargestCoordinate => Limit;

    /// <inheritdoc/>
    public override double ToValue(double coordinate) => Math.Exp(Math.Clamp(coordinate, -Limit, Limit));

    /// <inheritdoc/>
    public override double ToCoordinate(double value) => Math.Log(value);

    /// <inheritdoc/>
    public override double Derivative(double coordinate) => ToValue(coordinate);

    /// <inheritdoc/>
    public override string ToString() => "positive";
}
