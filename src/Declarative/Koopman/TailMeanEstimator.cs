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
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        return trajectory.Usable().Length > 0
            ? new HypergradientEstimate { Value = trajectory.TailMean() }
            : NothingUsable(trajectory);
    }

    internal static HypergradientEstimate NothingUsable(Trajectory trajectory) => new()
    {
        Value = trajectory.TailMean(),
        Failure = $"None of {trajectory.Length} samples is usable: there is no sample before the first that is not finite.",
    };

    internal static HypergradientEstimate TooShort(Trajectory trajectory, int minimumLength) => new()
    {
        Value = trajectory.TailMean(),
        Failure = $"{trajectory.Usable().Length} of {trajectory.Length} samples are usable (those before the first that is not finite); "
                  + $"at least {minimumLength} are needed.",
    };
}
