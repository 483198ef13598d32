using Declarative;
using Declarative.Koopman;

namespace Samples.Study.Estimates;

/// <summary>The estimators that are compared, in the order of the tables.</summary>
internal static class Estimators
{
    /// <summary>The name of the one that all are held against.</summary>
    public const string Reference = "last sample";

    /// <summary>The name of what a run uses that asks for glocal estimates.</summary>
    public const string Glocal = "affine Hankel DMD, if trusted";

    public static readonly IReadOnlyList<(string Name, IHypergradientEstimator Estimator)> All =
    [
        (Reference, new LastSampleEstimator()),
        ("zero", new ZeroEstimator()),
        ("tail mean", new TailMeanEstimator()),
        ("Aitken", new AitkenEstimator()),
        ("Wynn", new WynnEstimator()),
        ("reduced rank", new ReducedRankExtrapolation()),
        ("Hankel DMD", new HankelEstimator()),
        ("Hankel DMD, clipped", new ClippedHankelEstimator()),
        ("Hankel DMD, total least squares", new TotalLeastSquaresHankelEstimator()),
        ("Hankel DMD, forward-backward", new ForwardBackwardHankelEstimator()),
        ("Hankel DMD, snapped (the paper's rule)", new SnappedHankelEstimator()),
        ("optimised DMD", new OptimizedDmdEstimator()),
        ("affine Hankel DMD", new AffineHankelEstimator()),
        (Glocal, new TrustedEstimator(new AffineHankelEstimator(), new TrustPolicy())),
    ];

    /// <summary>Those of <see cref="All"/> that pictures show.</summary>
    public static readonly IReadOnlyList<string> Shown =
        [Reference, "tail mean", "reduced rank", "Hankel DMD, clipped", "Hankel DMD, snapped (the paper's rule)", "affine Hankel DMD", Glocal];

    /// <summary>What an outer step is taken on: the estimate, or what the library's own trust policy puts in its place.</summary>
    private sealed class TrustedEstimator(IHypergradientEstimator inner, TrustPolicy trust) : IHypergradientEstimator
    {
        public string Name => $"{inner.Name}, if trusted";

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) =>
            new() { Value = trust.Decide(trajectory, inner.Estimate(trajectory, horizon)).Hypergradient };
    }
}
