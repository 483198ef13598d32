namespace Declarative.Koopman;

/// <summary>Takes 0 for every coordinate at any horizon: what an estimator must beat to be worth a step.</summary>
public sealed class ZeroEstimator : IHypergradientEstimator
{
    /// <inheritdoc/>
    public string Name => "zero";

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        return new HypergradientEstimate { Value = new double[trajectory.Width] };
    }
}
