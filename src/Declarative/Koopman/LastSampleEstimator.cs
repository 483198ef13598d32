namespace Declarative.Koopman;

/// <summary>The local hypergradient: takes the last usable sample for the value at any horizon.</summary>
public sealed class LastSampleEstimator : IHypergradientEstimator
{
    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    /// <remarks>No sample before the first one that holds a NaN or an infinity is a <see cref="HypergradientEstimate.Failure"/>,
    /// with zeros for a value.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) => UsableSamples.Estimate(trajectory, 1, usable =>
        new HypergradientEstimate { Value = usable[usable.Length - 1].ToArray() });
}
