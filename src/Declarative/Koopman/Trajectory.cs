namespace Declarative.Koopman;

/// <summary>The samples h_1 ... h_m of a hypergradient in hand, oldest first: a matrix [m, q] of plain numbers.</summary>
public sealed class Trajectory
{
    private readonly double[] values;

    /// <summary>Wraps the samples without copying them.</summary>
    /// <param name="values">Row-major [m, q]: sample after sample.</param>
    /// <param name="width">The number of coordinates q, at least 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The length of <paramref name="values"/> is no multiple of <paramref name="width"/>.</exception>
    public Trajectory(double[] values, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.Length % width != 0)
            throw new ArgumentException($"{values.Length} numbers are no whole number of samples of {width} coordinates.", nameof(values));
        this.values = values;
        Width = width;
        Length = values.Length / width;
    }

    private Trajectory(Trajectory whole, int length)
    {
        values = whole.values;
        Width = whole.Width;
        Length = length;
    }

    /// <summary>The number of samples m.</summary>
    public int Length { get; }

    /// <summary>The number of coordinates q.</summary>
    public int Width { get; }

    /// <summary>Sample <paramref name="sample"/> [q], 0 is the oldest.</summary>
    public ReadOnlySpan<double> this[int sample] => values.AsSpan(0, Length * Width).Slice(sample * Width, Width);

    /// <summary>Coordinate <paramref name="coordinate"/> of sample <paramref name="sample"/>.</summary>
    public double this[int sample, int coordinate] => this[sample][coordinate];

    /// <summary>The oldest <paramref name="count"/> samples, sharing this trajectory's memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or above <see cref="Length"/>.</exception>
    public Trajectory First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length);
        return count == Length ? this : new Trajectory(this, count);
    }

    /// <summary>The samples before the first one that holds a NaN or an infinity: what an estimator may use. Shorter than this
    /// trajectory exactly when there is such a sample.</summary>
    public Trajectory Usable()
    {
        for (int i = 0; i < Length * Width; i++)
        {
            if (!double.IsFinite(values[i]))
                return First(i / Width);
        }
        return this;
    }

    /// <summary>The mean of the last quarter (at least one) of the usable samples [q]; zeros where no sample is usable. What an
    /// estimate that is not trusted falls back to: under noise it is better than the last sample.</summary>
    public double[] TailMean()
    {
        int length = Usable().Length, count = (length + 3) / 4;
        var mean = new double[Width];
        for (int sample = length - count; sample < length; sample++)
        {
            ReadOnlySpan<double> row = this[sample];
            for (int j = 0; j < mean.Length; j++)
                mean[j] = Math.Clamp(mean[j] + row[j] / count, -double.MaxValue, double.MaxValue);     // rounding may overflow the largest
        }
        return mean;
    }
}
