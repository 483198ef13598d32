namespace Declarative.Koopman;

/// <summary>Wynn's ε-algorithm, for each coordinate on its own: the limit of up to three modes.</summary>
/// <remarks>
/// The samples' means over seven blocks (five or three where there are fewer samples) are column ε₀ of a table in which
/// ε₋₁⁽ⁱ⁾ = 0 and εₖ₊₁⁽ⁱ⁾ = εₖ₋₁⁽ⁱ⁺¹⁾ + 1 / (εₖ⁽ⁱ⁺¹⁾ - εₖ⁽ⁱ⁾); the estimate is the last entry of the last even column, for any horizon
/// (Wynn, "On a device for computing the eₘ(Sₙ) transformation", 1956). Exact on a + Σ bλᵗ of up to three modes λ ≠ 1, real or not;
/// a mode that grows is taken out like one that decays, which leaves its antilimit.
/// Where a difference is rounding, the column is constant and the table ends with the even column before it. The estimate is held within
/// twice the largest |sample| of the coordinate.
/// </remarks>
public sealed class WynnEstimator : IHypergradientEstimator
{
    private const int MinimumLength = 3;
    private const int MostTerms = 7;

    /// <summary>Relative to the entries: a smaller difference is none.</summary>
    private const double Rounding = 1e-13;

    /// <inheritdoc/>
    public string Name => "Wynn";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 3 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) =>
        LimitEstimate.Of(trajectory, MinimumLength, samples => new CoordinateLimits(samples, Limit));

    private static double Limit(double[] samples)
    {
        int terms = (Math.Min(samples.Length, MostTerms) - 1) / 2 * 2 + 1;
        double[] odd = new double[terms + 1], even = CoordinateLimits.BlockMeans(samples, terms);
        while (even.Length > 1)
        {
            if (Next(odd, even) is not { } nextOdd || Next(even, nextOdd) is not { } nextEven)
                break;
            (odd, even) = (nextOdd, nextEven);
        }
        return even[^1];
    }

    /// <summary>The column after <paramref name="column"/>, one entry shorter; null where a difference is rounding.</summary>
    private static double[]? Next(double[] before, double[] column)
    {
        var next = new double[column.Length - 1];
        for (int i = 0; i < next.Length; i++)
        {
            double difference = column[i + 1] - column[i];
            if (!(Math.Abs(difference) > Rounding * Math.Max(Math.Abs(column[i]), Math.Abs(column[i + 1]))))
                return null;
            next[i] = before[i + 1] + 1 / difference;
        }
        return next;
    }
}
