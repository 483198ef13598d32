namespace Declarative.Koopman;

/// <summary>What all estimators begin with: the samples before the first that is not finite, and whether they are enough.</summary>
internal static class UsableSamples
{
    /// <summary>The estimate made from the usable samples, with <see cref="HypergradientEstimate.Cut"/> where these are not all; the tail mean
    /// and a <see cref="HypergradientEstimate.Failure"/> where they are too few.</summary>
    /// <param name="trajectory">Any trajectory.</param>
    /// <param name="minimumLength">Fewer usable samples than this are a failure.</param>
    /// <param name="estimate">The estimate from the usable samples.</param>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    public static HypergradientEstimate Estimate(Trajectory trajectory, int minimumLength, Func<Trajectory, HypergradientEstimate> estimate)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        Trajectory usable = trajectory.Usable();
        HypergradientEstimate result = usable.Length < minimumLength
            ? new HypergradientEstimate { Value = usable.TailMean(), Failure = TooFew(usable.Length, trajectory.Length, minimumLength) }
            : estimate(usable);
        return usable.Length < trajectory.Length ? result with { Cut = Cut(usable.Length, trajectory.Length) } : result;
    }

    /// <summary>Refuses what is no time.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public static void RequireTime(double horizon)
    {
        if (!(horizon >= 0))
            throw new ArgumentOutOfRangeException(nameof(horizon), horizon, "The horizon is a time in samples, or infinity.");
    }

    private static string Cut(int usable, int length) =>
        $"{length - usable} of {length} samples were left out: sample {usable} (from 0) is the first that is not finite.";

    private static string TooFew(int usable, int length, int minimum) => minimum == 1
        ? $"None of {length} samples is usable: there is no sample before the first that is not finite."
        : $"{usable} of {length} samples are usable (those before the first that is not finite); at least {minimum} are needed.";
}
