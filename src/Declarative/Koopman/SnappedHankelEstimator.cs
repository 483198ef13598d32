namespace Declarative.Koopman;

/// <summary>The rule of the glocal paper: of a Hankel dynamic mode decomposition, only eigenvalues within ε of 1, taken for 1.</summary>
/// <remarks>
/// Like <see cref="HankelEstimator"/>, but an eigenvalue with |λ - 1| ≤ ε becomes 1, all modes are fitted to the samples, and the
/// amplitude of 1 is the estimate, for any horizon, held within twice the largest |sample| of each coordinate (after Hataya and Kawahara,
/// "Glocal Hypergradient Estimation with Koopman Operator", 2024, as its abstract tells). Exact without noise on a limit and modes that are
/// farther from 1 than ε; slower ones are taken for part of the limit.
/// </remarks>
public sealed class SnappedHankelEstimator : IHypergradientEstimator
{
    private readonly double tolerance = 0.02;

    /// <summary>ε, from 0 to below 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, not below 1, or no number.</exception>
    public double Tolerance
    {
        get => tolerance;
        init => tolerance = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The tolerance is from 0 to below 1.");
    }

    /// <inheritdoc/>
    public string Name => "snapped HDMD";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 8 before it, and no eigenvalue near 1,
    /// are a <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) => HankelModel.Estimate(trajectory, horizon, HankelRule.Snap(tolerance));
}
