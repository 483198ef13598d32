namespace Declarative.Koopman;

/// <summary>Hankel dynamic mode decomposition with the eigenvalues clipped into the closed unit disc.</summary>
/// <remarks>
/// Like <see cref="HankelEstimator"/>, but an eigenvalue outside of the disc becomes λ/|λ| before amplitudes are fitted, and the estimate is
/// held within twice the largest |sample| of each coordinate. Exact on sums of modes that do not grow, without noise; with noise, the
/// limit decays like the eigenvalue below 1 that is found in its place, and far estimates tend to 0.
/// </remarks>
public sealed class ClippedHankelEstimator : IHypergradientEstimator
{
    /// <inheritdoc/>
    public string Name => "clipped HDMD";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 8 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) => HankelModel.Estimate(trajectory, horizon, HankelRule.Clip);
}
