namespace Declarative.Koopman;

/// <summary>Takes the mean of the last quarter of the usable samples for the value at any horizon: less noise than the last sample, for a
/// little lag. Also what an estimate that is not trusted falls back to.</summary>
public sealed class TailMeanEstimator : IHypergradientEstimator
{
    /// <inheritdoc/>
    public string Name => "tail mean";

    /// <inheritdoc/>
    /// <remarks>No sample before the first one that holds a NaN or an infinity is a <see cref="HypergradientEstimate.Failure"/>,
    /// with zeros for a value.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) =>
        UsableSamples.Estimate(trajectory, 1, usable => new HypergradientEstimate { Value = usable.TailMean() });
}
