using System.Numerics;

namespace Declarative.Koopman;

/// <summary>Optimised dynamic mode decomposition: a limit and at most six decaying rates that fit all samples best in the least-squares
/// sense.</summary>
/// <remarks>
/// |Y - P(α)C|² is minimised over continuous-time rates α with amplitudes C at their best (variable projection: Askham and Kutz, "Variable
/// projection methods for an optimized dynamic mode decomposition", 2018), by Levenberg's and Marquardt's method from the eigenvalues of an
/// affine Hankel model. The limit, α = 0, is always among the modes, and the real part of the others is held at or below -δ/m, with δ = .1
/// where the fit is exact and 1 where it is not: slower ones cannot be told from the limit. Modes are added one by one and their
/// number is chosen by the Bayesian information criterion, which counts autocorrelated samples as fewer. Rates that meet are fitted as
/// t λᵗ. Exact without noise on up to three pairs of modes, or as many real ones as make six, that decay by a tenth over the trajectory.
/// More than 128 samples are taken in block means, and more than 10 coordinates by their leading principal scores, to find the rates;
/// amplitudes are fitted to all samples. The estimate is held within twice the largest |sample| of the coordinate. The standard error takes
/// the rates for known.
/// </remarks>
public sealed class OptimizedDmdEstimator : IHypergradientEstimator
{
    private const int MinimumLength = 8;
    private const double BoundFactor = 2;

    /// <inheritdoc/>
    public string Name => "optimised DMD";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 8 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
    {
        UsableSamples.RequireTime(horizon);
        return UsableSamples.Estimate(trajectory, MinimumLength, usable => Estimated(usable, horizon));
    }

    private static HypergradientEstimate Estimated(Trajectory trajectory, double horizon)
    {
        ScaledSamples samples = ScaledSamples.Of(trajectory);
        var spectrum = new OptimizedSpectrum(new ReducedTrajectory(samples));
        if (!spectrum.IsFound)
            return new HypergradientEstimate { Value = trajectory.TailMean(), Failure = "No eigenvalue was found to start from." };

        ModalModel model = Model(trajectory, spectrum);
        var backtest = Backtest.Run(trajectory, MinimumLength, beginning =>
        {
            var ofBeginning = new OptimizedSpectrum(new ReducedTrajectory(ScaledSamples.Of(beginning)));
            return ofBeginning.IsFound ? Model(beginning, ofBeginning) : null;
        });
        return model.Estimate(horizon, samples, spectrum.Eigenvalues, spectrum.SpectralRadius, backtest);
    }

    private static ModalModel Model(Trajectory trajectory, OptimizedSpectrum spectrum) =>
        new(trajectory, [Complex.One, .. spectrum.Eigenvalues], BoundFactor);
}
