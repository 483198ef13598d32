using System.Numerics;

namespace Declarative.Koopman;

/// <summary>A plain (not centred) Hankel model of a trajectory: eigenvalues of one delay, treated by a rule, with amplitudes by least squares.</summary>
/// <remarks>With a third of the samples for a delay, the windows' map has the eigenvalues λ, the limit's among them only if the samples show it
/// as 1.</remarks>
internal static class HankelModel
{
    private const int MinimumLength = 8;
    private const int MaximumRank = 20;

    /// <summary>Modes that are gone, or come up, within a single sample take no part.</summary>
    private const double SmallestEigenvalue = 1e-3, LargestEigenvalue = 1e12;

    /// <summary>The whole of a Hankel estimator.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public static HypergradientEstimate Estimate(Trajectory trajectory, double horizon, HankelRule rule)
    {
        UsableSamples.RequireTime(horizon);
        return UsableSamples.Estimate(trajectory, MinimumLength, usable => Estimated(usable, horizon, rule));
    }

    private static HypergradientEstimate Estimated(Trajectory trajectory, double horizon, HankelRule rule)
    {
        ScaledSamples samples = ScaledSamples.Of(trajectory);
        (Complex[] eigenvalues, double radius) = Spectrum(samples, rule);
        if (Model(trajectory, eigenvalues, rule, rule.LimitOnly) is not { } model)
        {
            return new HypergradientEstimate
            {
                Value = trajectory.TailMean(),
                SpectralRadius = radius,
                Failure = eigenvalues.Length == 0 ? "No eigenvalue was found." : "No eigenvalue is near enough to 1.",
            };
        }

        // Samples are foretold by all modes, also where the limit alone is estimated: a limit foretells no sample before it.
        var backtest = Backtest.Run(trajectory, MinimumLength, beginning =>
            Model(beginning, Spectrum(ScaledSamples.Of(beginning), rule).Eigenvalues, rule, limitOnly: false));
        return model.Estimate(horizon, samples, [.. eigenvalues.Where(λ => λ != 1)], radius, backtest);
    }

    /// <summary>The eigenvalues as the rule has them, and the largest |λ| before; the limit's alone where all is zero.</summary>
    private static (Complex[] Eigenvalues, double Radius) Spectrum(ScaledSamples samples, HankelRule rule)
    {
        var reduced = new ReducedTrajectory(samples);
        if (Array.TrueForAll(reduced.Samples, sample => sample == 0))
            return ([1], 0);
        var hankel = new HankelMatrix(reduced.Samples, reduced.Width, (int)Math.Round(reduced.Length / 3.0), centred: false);
        Complex[] spectrum = Array.ConvertAll(DynamicModeDecomposition.Eigenvalues(hankel, MaximumRank, rule.Method), reduced.PerSample);
        Complex[] eigenvalues = [.. spectrum.Where(λ => λ.Magnitude is > SmallestEigenvalue and < LargestEigenvalue).Select(rule.Apply)];
        return (eigenvalues, spectrum.Select(λ => λ.Magnitude).DefaultIfEmpty().Max());
    }

    /// <summary>The model of the eigenvalues that the rule left; null where there are none, or none that it needs.</summary>
    private static ModalModel? Model(Trajectory trajectory, Complex[] eigenvalues, HankelRule rule, bool limitOnly) =>
        eigenvalues.Length == 0 || (rule.LimitOnly && !eigenvalues.Contains(1))
            ? null
            : new ModalModel(trajectory, eigenvalues, rule.BoundFactor, limitOnly);
}
