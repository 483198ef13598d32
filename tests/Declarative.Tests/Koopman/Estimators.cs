using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>All estimators there are, by name.</summary>
internal static class Estimators
{
    private static readonly Dictionary<string, (IHypergradientEstimator Estimator, int MinimumLength)> ByName = new (IHypergradientEstimator, int)[]
    {
        (new ZeroEstimator(), 0),
        (new LastSampleEstimator(), 1),
        (new TailMeanEstimator(), 1),
        (new AitkenEstimator(), 3),
        (new WynnEstimator(), 3),
        (new ReducedRankExtrapolation(), 3),
        (new HankelEstimator(), 8),
        (new ClippedHankelEstimator(), 8),
        (new SnappedHankelEstimator(), 8),
        (new TotalLeastSquaresHankelEstimator(), 8),
        (new ForwardBackwardHankelEstimator(), 8),
        (new OptimizedDmdEstimator(), 8),
        (new AffineHankelEstimator(), 8),
    }.ToDictionary(pair => pair.Item1.Name);

    /// <summary>Their names, which tell them apart.</summary>
    public static TheoryData<string> Names => [.. ByName.Keys];

    public static IHypergradientEstimator Named(string name) => ByName[name].Estimator;

    /// <summary>The fewest samples that are estimated from.</summary>
    public static int MinimumLength(string name) => ByName[name].MinimumLength;
}
