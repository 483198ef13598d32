namespace Declarative.Koopman;

/// <summary>The estimate of a method that knows limits only, with standard errors that need nothing but the method itself.</summary>
/// <remarks>
/// There is no back-test: a limit foretells no sample before it, and the slower a mode, and so the more the method gains, the worse it would
/// look.
/// The standard error is what four trajectories of every fourth sample disagree about: they have the same limit and span the same time, so
/// that no more than noise parts their estimates, √(Σ (xᵢ - x̄)² / 3) / 2. Noise that is correlated from sample to sample is common to them
/// and makes it too small; a method that gains more than fourfold samples would let expect makes it too large.
/// </remarks>
internal static class LimitEstimate
{
    private const int Parts = 4;

    /// <summary>Estimates the limit of a trajectory.</summary>
    /// <param name="trajectory">Any trajectory: its usable samples are taken.</param>
    /// <param name="minimumLength">Fewer usable samples than this are a failure.</param>
    /// <param name="fit">The model of finite samples, at least so many.</param>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    public static HypergradientEstimate Of(Trajectory trajectory, int minimumLength, Func<Trajectory, ITrajectoryModel> fit) =>
        UsableSamples.Estimate(trajectory, minimumLength, usable => new HypergradientEstimate
        {
            Value = Limits(usable, fit),
            StandardError = usable.Length < Parts * minimumLength ? null : StandardErrors(usable, fit),
        });

    private static double[] Limits(Trajectory trajectory, Func<Trajectory, ITrajectoryModel> fit) =>
        fit(trajectory).At(double.PositiveInfinity, trajectory.Width);

    private static double[] StandardErrors(Trajectory trajectory, Func<Trajectory, ITrajectoryModel> fit)
    {
        double[][] limits = [.. Enumerable.Range(0, Parts).Select(part => Limits(trajectory.Every(Parts, part), fit))];
        var errors = new double[trajectory.Width];
        Span<double> deviations = stackalloc double[Parts];
        for (int j = 0; j < errors.Length; j++)
        {
            double mean = 0, largest = 0;
            foreach (double[] ofPart in limits)
                mean += ofPart[j] / Parts;
            for (int i = 0; i < Parts; i++)
            {
                deviations[i] = limits[i][j] / 2 - mean / 2;            // halved, so that the largest numbers do not overflow
                largest = Math.Max(largest, Math.Abs(deviations[i]));
            }
            if (largest == 0)
                continue;
            double squares = 0;
            foreach (double deviation in deviations)
                squares += deviation / largest * (deviation / largest);
            errors[j] = Math.Min(largest * Math.Sqrt(squares / (Parts - 1)), double.MaxValue);
        }
        return errors;
    }
}
