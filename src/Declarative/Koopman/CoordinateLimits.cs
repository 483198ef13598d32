namespace Declarative.Koopman;

/// <summary>A model that knows the limit of each coordinate, from its own samples, and takes it for the value at any time.</summary>
/// <param name="trajectory">Finite samples.</param>
/// <param name="limit">The limit of the samples [m] of a coordinate of a size near 1; the tail mean is taken for one that is not finite.</param>
internal sealed class CoordinateLimits(Trajectory trajectory, Func<double[], double> limit) : ITrajectoryModel
{
    private const double BoundFactor = 2;

    /// <inheritdoc/>
    /// <remarks>Limits are held within twice the largest |sample| of their coordinate.</remarks>
    public void Evaluate(double[] times, Action<CoordinateBlock, double[][]> receive)
    {
        double[] limits = TrajectoryModels.BlockValues(1, trajectory.Width)[0];
        double[][] values = Array.ConvertAll(times, _ => limits);
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
        {
            var scaled = new ScaledTrajectory(trajectory, block, BoundFactor);
            for (int j = 0; j < block.Count; j++)
            {
                double value = limit(scaled.Columns[j]);
                if (!double.IsFinite(value))
                    value = TailMean(scaled.Columns[j]);
                limits[j] = scaled.Unscale(j, scaled.Bound(j, value));
            }
            receive(block, values);
        }
    }

    /// <summary>The means of <paramref name="count"/> neighbouring blocks of equal length, the last of which ends with the samples; the
    /// oldest samples may be in none. Means of λᵗ go like λ^(block): whatever is exact on samples is exact on them, with less noise.</summary>
    public static double[] BlockMeans(ReadOnlySpan<double> samples, int count)
    {
        int size = samples.Length / count, start = samples.Length - count * size;
        var means = new double[count];
        for (int i = 0; i < count; i++)
        {
            foreach (double sample in samples.Slice(start + i * size, size))
                means[i] += sample / size;
        }
        return means;
    }

    /// <summary>The mean of the last quarter.</summary>
    public static double TailMean(ReadOnlySpan<double> samples)
    {
        int count = (samples.Length + 3) / 4;
        return BlockMeans(samples[^count..], 1)[0];
    }
}
