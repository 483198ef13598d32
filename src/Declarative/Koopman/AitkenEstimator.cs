namespace Declarative.Koopman;

/// <summary>Aitken's Δ² process, for each coordinate on its own: the limit of one geometric mode.</summary>
/// <remarks>
/// With s₀, s₁, s₂ the means of the three thirds of the samples, d₀ = s₁ - s₀ and d₁ = s₂ - s₁, the estimate is s₂ - d₁² / (d₁ - d₀)
/// (Aitken, "On Bernoulli's numerical solution of algebraic equations", 1926), for any horizon. Thirds instead of the last three samples
/// have less noise and the same limit. Exact on a + bλᵗ with |λ| &lt; 1.
/// Where the differences do not shrink (|d₁/d₀| ≥ 1, or nearer to 1 than rounding tells) the samples show no limit, and the coordinate's
/// tail mean is taken. The estimate is held within twice the largest |sample| of the coordinate.
/// </remarks>
public sealed class AitkenEstimator : IHypergradientEstimator
{
    private const int MinimumLength = 3;

    /// <summary>How much smaller the second difference must be than the first.</summary>
    private const double SmallestShrinkage = 1e-8;

    /// <inheritdoc/>
    public string Name => "Aitken";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 3 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) =>
        LimitEstimate.Of(trajectory, MinimumLength, samples => new CoordinateLimits(samples, Limit));

    private static double Limit(double[] samples)
    {
        double[] thirds = CoordinateLimits.BlockMeans(samples, 3);
        double first = thirds[1] - thirds[0], second = thirds[2] - thirds[1];
        bool shrinks = Math.Abs(second) < (1 - SmallestShrinkage) * Math.Abs(first);
        return shrinks ? thirds[2] - second * second / (second - first) : CoordinateLimits.TailMean(samples);
    }
}
