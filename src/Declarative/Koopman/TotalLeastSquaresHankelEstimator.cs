namespace Declarative.Koopman;

/// <summary>Clipped Hankel dynamic mode decomposition with eigenvalues by total least squares, which allows for noise in both windows of
/// a pair.</summary>
/// <remarks>
/// Like <see cref="ClippedHankelEstimator"/>, with both Hankel matrices projected on the leading right singular vectors of one above the
/// other (Hemati, Rowley, Deem, Cattafesta, "De-biasing the dynamic mode decomposition for applied Koopman spectral analysis of noisy
/// datasets", 2017). The windows of a trajectory share their noise, so that the gain is small.
/// </remarks>
public sealed class TotalLeastSquaresHankelEstimator : IHypergradientEstimator
{
    /// <inheritdoc/>
    public string Name => "TLS-HDMD";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 8 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) =>
        HankelModel.Estimate(trajectory, horizon, HankelRule.Clip with { Method = EigenvalueMethod.TotalLeastSquares });
}
