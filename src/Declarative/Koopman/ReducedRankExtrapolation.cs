namespace Declarative.Koopman;

/// <summary>Reduced-rank extrapolation: the limit as a weighted mean of samples, with weights that cancel the modes of all coordinates.</summary>
/// <remarks>
/// With differences Δₜ = hₜ₊₁ - hₜ of scaled samples, of n neighbours each stacked in one column so that a single coordinate will do, the
/// weights γ₀ ... γₖ minimise |Σ γᵢ Δᵢ|² + μ² Σ γᵢ² with Σ γᵢ = 1, k ≤ 10; the estimate is the mean of Σ γᵢ hᵢ₊ₛ over the latest quarter of
/// the shifts s, for any horizon (Eddy 1979, Mešina 1977; Sidi, "Vector extrapolation methods with applications", 2017; the ridge of
/// Scieur, d'Aspremont, Bach, "Regularized nonlinear acceleration", 2016, relative and small). Exact on a limit and up to ten modes
/// λ ≠ 1 from 2k + 1 samples on, as far as the ridge and rounding allow; under noise the weights tend to those of a mean.
/// More than 128 samples are taken in block means, and more than 10 coordinates by their leading principal scores, to find the weights.
/// The estimate is held within twice the largest |sample| of the coordinate.
/// </remarks>
public sealed class ReducedRankExtrapolation : IHypergradientEstimator
{
    private const int MinimumLength = 3;
    private const int MaximumOrder = 10;
    private const double BoundFactor = 2;

    /// <summary>μ, relative to the length of the longest column: what keeps the weights from the size of rounding's inverse.</summary>
    private const double Ridge = 1e-12;

    /// <inheritdoc/>
    public string Name => "RRE";

    /// <inheritdoc/>
    /// <remarks>Samples from the first one on that holds a NaN or an infinity are not used; fewer than 3 before it are a
    /// <see cref="HypergradientEstimate.Failure"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) => LimitEstimate.Of(trajectory, MinimumLength, Fit);

    private static SampleCombination Fit(Trajectory trajectory)
    {
        var reduced = new ReducedTrajectory(ScaledSamples.Of(trajectory));
        double[] ofBlocks = Weights(reduced);
        var weights = new double[trajectory.Length];
        int start = trajectory.Length - reduced.Length * reduced.BlockSize;
        for (int t = start; t < weights.Length; t++)
            weights[t] = ofBlocks[(t - start) / reduced.BlockSize] / reduced.BlockSize;
        return new SampleCombination(trajectory, _ => weights, BoundFactor);
    }

    /// <summary>The weights of all samples [m], summing to 1: those of the windows, averaged over shifts.</summary>
    private static double[] Weights(ReducedTrajectory samples)
    {
        int order = Math.Min(MaximumOrder, (samples.Length - 1) / 2), shifts = samples.Length - order - 1;
        double[] ofWindows = WindowWeights(Differences(samples, order + 1, shifts));
        int latest = (shifts + 4) / 4;                          // a quarter of s = 0 ... shifts
        var weights = new double[samples.Length];
        for (int s = shifts - latest + 1; s <= shifts; s++)
            Vectors.AddScaled(weights.AsSpan(s, order + 1), 1.0 / latest, ofWindows);
        return weights;
    }

    /// <summary>Column i stacks the differences i ... i + <paramref name="shifts"/> - 1.</summary>
    private static double[][] Differences(ReducedTrajectory samples, int count, int shifts)
    {
        int width = samples.Width;
        var columns = new double[count][];
        for (int i = 0; i < count; i++)
        {
            columns[i] = samples.Samples.AsSpan((i + 1) * width, shifts * width).ToArray();
            Vectors.AddScaled(columns[i], -1, samples.Samples.AsSpan(i * width, shifts * width));
        }
        return columns;
    }

    /// <summary>γ. The last one is 1 less the others, which leaves a least-squares problem without constraint.</summary>
    private static double[] WindowWeights(double[][] differences)
    {
        int order = differences.Length - 1, rows = differences[0].Length;
        double ridge = Ridge * differences.Max(column => Vectors.Norm(column));
        var target = new double[rows + order + 1];
        differences[order].CopyTo(target, 0);
        target[^1] = ridge;
        var columns = new double[order][];
        for (int i = 0; i < order; i++)
        {
            columns[i] = (double[])target.Clone();
            Vectors.AddScaled(columns[i].AsSpan(0, rows), -1, differences[i]);
            columns[i][rows + i] = -ridge;                      // |last + Σ γᵢ (Δᵢ - last)|², of which this is the negative column
        }

        var qr = new PivotedQr(columns, tolerance: 0);
        double[] projections = [.. qr.Basis.Select(direction => Vectors.Dot(direction, target))];
        var weights = new double[order + 1];
        qr.Solve(projections, weights.AsSpan(0, order));
        weights[order] = 1 - weights.Sum();
        return weights;
    }
}
