namespace Declarative.Koopman;

/// <summary>Exact Hankel dynamic mode decomposition, its eigenvalues kept: for comparison.</summary>
/// <remarks>
/// The windows of m/3 samples follow a linear map gₜ₊₁ = K gₜ, whose eigenvalues λ give h_T = Σ b λᵀ with amplitudes b fitted to all
/// samples (Arbabi and Mezić, "Ergodic theory, dynamic mode decomposition, and computation of spectral properties of the Koopman operator",
/// 2017). Exact on sums of modes without noise, growing ones included. Under noise useless far ahead: an eigenvalue a little above 1
/// explodes, and one a little below 1 in place of the limit takes the limit to 0.
/// The estimate is not held within anything but finite numbers. At T = ∞ modes that grow have come to 10²⁰⁰ times their amplitude, and
/// oscillations that neither grow nor decay count with their mean, 0. More than 128 samples are taken in block means, and more than 10
/// coordinates by their leading principal scores, to find the eigenvalues.
/// </remarks>
public sealed class HankelEstimator : IHypergradientEstimator
{
    /// <inheritdoc/>
    public string Name => "HDMD";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 8 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) => HankelModel.Estimate(trajectory, horizon, HankelRule.Keep);
}
