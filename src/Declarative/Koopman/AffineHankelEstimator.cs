namespace Declarative.Koopman;

/// <summary>The default estimator: affine Hankel dynamic mode decomposition ("AHD").</summary>
/// <remarks>
/// A trajectory of local hypergradients is a limit plus modes that decay, turn, and (for learning rates and momentum) grow as t λᵗ before
/// they decay. For each of five delays, the eigenvalues of a centred Hankel matrix are found and projected into the open unit
/// disc, and their amplitudes refitted to all samples by a ridge that knows the noise; the estimate is the median over the delays, held
/// within twice the largest |sample| of each coordinate. Exact to rounding on sums of up to some ten modes without noise.
/// After Hataya and Kawahara, "Glocal Hypergradient Estimation with Koopman Operator" (2024), with the limit exact by construction.
/// A trajectory wider than long is rotated into as many coordinates as it has samples, which have the same eigenvalues and the same noise, and
/// is then evaluated block by block: time is proportional to its coordinates, and besides the estimate the memory hardly depends on them.
/// The back-test of more than 2,000 coordinates takes 2,000 of them.
/// The eigenvalues of more than 128 samples come from block means: an oscillation faster than two blocks is then not resolved.
/// The standard error knows the noise and the disagreement of the delays, not what no sample shows (a mode slower than the trajectory):
/// it ranks estimates, and on short trajectories it is too small to be read as a confidence interval.
/// </remarks>
public sealed class AffineHankelEstimator : IHypergradientEstimator
{
    /// <inheritdoc/>
    public string Name => "AHD";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 8 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
    {
        UsableSamples.RequireTime(horizon);
        return UsableSamples.Estimate(trajectory, AffineHankelModel.MinimumLength, usable => Estimated(usable, horizon));
    }

    private static HypergradientEstimate Estimated(Trajectory usable, double horizon)
    {
        var model = new AffineHankelModel(usable);
        (double[] values, double[] standardErrors) = model.Predict(horizon);
        var backtest = Backtest.Run(usable, AffineHankelModel.MinimumLength, beginning => new AffineHankelModel(beginning));
        return new HypergradientEstimate
        {
            Value = values,
            StandardError = standardErrors,
            BacktestSkill = backtest.Skill,
            CoordinateSkills = backtest.CoordinateSkills,
            SpectralRadius = model.SpectralRadius,
            Eigenvalues = model.Eigenvalues,
            Koopman = model.Report(),
        };
    }
}
