namespace Declarative.Koopman;

/// <summary>Clipped Hankel dynamic mode decomposition with eigenvalues of the mean of the maps forward and backward in time.</summary>
/// <remarks>
/// Like <see cref="ClippedHankelEstimator"/>, with K = (F B⁻¹)^½ for the least-squares maps F from each window to the next and B back, whose
/// biases by noise cancel (Dawson, Hemati, Williams, Rowley, "Characterizing and correcting for the effect of sensor noise in the dynamic
/// mode decomposition", 2016). The sign of each root is the one nearest to an eigenvalue of F.
/// </remarks>
public sealed class ForwardBackwardHankelEstimator : IHypergradientEstimator
{
    /// <inheritdoc/>
    public string Name => "FB-HDMD";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 8 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) =>
        HankelModel.Estimate(trajectory, horizon, HankelRule.Clip with { Method = EigenvalueMethod.ForwardBackward });
}
