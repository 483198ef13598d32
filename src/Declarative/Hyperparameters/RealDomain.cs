namespace Declarative;

/// <summary>Every finite number: φ = u.</summary>
public sealed class RealDomain : HyperparameterDomain
{
    /// <inheritdoc/>
    public override double Min => double.MinValue;

    /// <inheritdoc/>
    public override double Max => double.MaxValue;

    /// <inheritdoc/>
    public override double ToValue(double coordinate) => coordinate;

    /// <inheritdoc/>
    public override double ToCoordinate(double value) => value;

    /// <inheritdoc/>
    public override double Derivative(double coordinate) => 1;

    /// <inheritdoc/>
    public override string ToString() => "real";
}
