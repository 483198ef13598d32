namespace Declarative.Koopman;

/// <summary>Estimates the limit of each coordinate from its own samples, block by block.</summary>
internal static class CoordinateLimits
{
    private const double BoundFactor = 2;

    /// <summary>The estimate whose coordinates are the limits of theirs, held within twice the largest |sample|.</summary>
    /// <param name="trajectory">Any trajectory: its usable samples are taken.</param>
    /// <param name="minimumLength">Fewer usable samples than this are a failure.</param>
    /// <param name="limit">The limit of the samples [m] of a coordinate of a size near 1; the tail mean is taken for one that is not finite.</param>
    public static HypergradientEstimate Estimate(Trajectory trajectory, int minimumLength, Func<double[], double> limit)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        Trajectory usable = trajectory.Usable();
        if (usable.Length < minimumLength)
            return TailMeanEstimator.TooShort(trajectory, minimumLength);

        var values = new double[usable.Width];
        foreach (CoordinateBlock block in CoordinateBlock.Of(usable.Width))
        {
            var scaled = new ScaledTrajectory(usable, block, BoundFactor);
            for (int j = 0; j < block.Count; j++)
            {
                double value = limit(scaled.Columns[j]);
                if (!double.IsFinite(value))
                    value = TailMean(scaled.Columns[j]);
                values[block.First + j] = scaled.Unscale(j, scaled.Bound(j, value));
            }
        }
        return new HypergradientEstimate { Value = values };
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
