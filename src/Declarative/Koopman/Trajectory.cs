namespace Declarative.Koopman;

/// <summary>The samples h_1 ... h_m of a hypergradient in hand, oldest first: a matrix [m, q] of plain numbers.</summary>
/// <remarks>A trajectory of very many coordinates is kept in single precision, an array for each sample: 100 samples of 10⁶ coordinates take
/// 400 MB, and whatever reads them goes block by block over the coordinates. Samples are taken for evenly spaced in time; where some are missing
/// or repeated, <see cref="EvenTrajectory"/> puts them on a grid.</remarks>
public sealed class Trajectory
{
    private readonly SampleStorage storage;

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
        storage = new DoubleStorage(values, width);
        Width = width;
        Length = values.Length / width;
    }

    /// <summary>Wraps samples in single precision without copying them: half the memory, and no array longer than a sample.</summary>
    /// <param name="samples">At least one sample [q], oldest first, all of the same number of coordinates, at least 1. A number that
    /// single precision cannot hold must be an infinity: it ends the usable part like any other.</param>
    /// <exception cref="ArgumentNullException"><paramref name="samples"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">There is no sample, or no coordinate, or the samples differ in length.</exception>
    public Trajectory(float[][] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        foreach (float[] sample in samples)
            ArgumentNullException.ThrowIfNull(sample, nameof(samples));
        if (samples.Length == 0 || samples[0].Length == 0)
            throw new ArgumentException("A trajectory needs at least one sample of at least one coordinate.", nameof(samples));
        Width = samples[0].Length;
        Length = samples.Length;
        int odd = Array.FindIndex(samples, sample => sample.Length != Width);
        if (odd >= 0)
            throw new ArgumentException($"Sample {odd} has {samples[odd].Length} coordinates, the first one {Width}.", nameof(samples));
        storage = new SingleStorage([.. samples]);
    }

    private Trajectory(SampleStorage storage, int length, int width)
    {
        this.storage = storage;
        Length = length;
        Width = width;
    }

    /// <summary>The number of samples m.</summary>
    public int Length { get; }

    /// <summary>The number of coordinates q.</summary>
    public int Width { get; }

    /// <summary>Sample <paramref name="sample"/> [q], 0 is the oldest. A copy, where the samples are in single precision.</summary>
    public ReadOnlySpan<double> this[int sample] => storage.Sample(Checked(sample), Width);

    /// <summary>Coordinate <paramref name="coordinate"/> of sample <paramref name="sample"/>.</summary>
    public double this[int sample, int coordinate]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(coordinate);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(coordinate, Width);
            double number = 0;
            Read(sample, coordinate, new Span<double>(ref number));
            return number;
        }
    }

    /// <summary>The oldest <paramref name="count"/> samples, sharing this trajectory's memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or above <see cref="Length"/>.</exception>
    public Trajectory First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length);
        return count == Length ? this : new Trajectory(storage, count, Width);
    }

    /// <summary>Every <paramref name="stride"/>-th sample from <paramref name="offset"/> on, sharing this trajectory's memory.</summary>
    internal Trajectory Every(int stride, int offset) => Mix([.. Enumerable.Range(0, (Length - offset + stride - 1) / stride)
        .Select(i => new MixedStorage.Part[] { new(offset + i * stride, 1) })]);

    /// <summary>Weighted means of samples, sharing this trajectory's memory.</summary>
    internal Trajectory Mix(MixedStorage.Part[][] mixtures) => new(new MixedStorage(storage, mixtures), mixtures.Length, Width);

    /// <summary>Whether a sample holds a NaN.</summary>
    internal bool IsMissing(int sample)
    {
        var numbers = new double[Math.Min(Width, CoordinateBlock.Widest)];
        foreach (CoordinateBlock block in CoordinateBlock.Of(Width))
        {
            Span<double> row = numbers.AsSpan(0, block.Count);
            Read(sample, block.First, row);
            foreach (double number in row)
                if (double.IsNaN(number))
                    return true;
        }
        return false;
    }

    /// <summary>The samples before the first one that holds a NaN or an infinity: what an estimator may use. Shorter than this
    /// trajectory exactly when there is such a sample.</summary>
    public Trajectory Usable()
    {
        int usable = Length;
        var numbers = new double[Math.Min(Width, CoordinateBlock.Widest)];
        foreach (CoordinateBlock block in CoordinateBlock.Of(Width))
        {
            Span<double> row = numbers.AsSpan(0, block.Count);
            for (int sample = 0; sample < usable; sample++)
            {
                Read(sample, block.First, row);
                foreach (double number in row)
                    if (!double.IsFinite(number))
                        usable = sample;
            }
        }
        return First(usable);
    }

    /// <summary>The mean of the last quarter (at least one) of the usable samples [q]; zeros where no sample is usable. What an
    /// estimate that is not trusted falls back to: under noise it is better than the last sample.</summary>
    public double[] TailMean()
    {
        int length = Usable().Length, count = (length + 3) / 4;
        var mean = new double[Width];
        var numbers = new double[Math.Min(Width, CoordinateBlock.Widest)];
        foreach (CoordinateBlock block in CoordinateBlock.Of(Width))
        {
            Span<double> means = mean.AsSpan(block.First, block.Count);
            for (int sample = length - count; sample < length; sample++)
            {
                Read(sample, block.First, numbers.AsSpan(0, block.Count));
                for (int j = 0; j < means.Length; j++)
                    means[j] = Math.Clamp(means[j] + numbers[j] / count, -double.MaxValue, double.MaxValue);    // rounding may overflow the largest
            }
        }
        return mean;
    }

    /// <summary>The numbers of sample <paramref name="sample"/> from coordinate <paramref name="first"/> on, as many as fit.</summary>
    internal void Read(int sample, int first, Span<double> numbers) => storage.Read(Checked(sample), first, numbers);

    /// <summary>Some of the coordinates, sharing this trajectory's memory.</summary>
    internal Trajectory Select(int[] coordinates) => new(storage.Select(coordinates), Length, coordinates.Length);

    /// <summary>How many values each coordinate takes one after the other [q]: 1 and one more for each sample that is not equal to the one
    /// before it; 0 for a coordinate that is zero in every sample.</summary>
    internal int[] CountDistinct()
    {
        var counts = new int[Width];
        var numbers = new double[Math.Min(Width, CoordinateBlock.Widest)];
        var before = new double[numbers.Length];
        foreach (CoordinateBlock block in CoordinateBlock.Of(Length > 0 ? Width : 0))
        {
            Span<int> values = counts.AsSpan(block.First, block.Count);
            values.Fill(1);
            Read(0, block.First, before.AsSpan(0, block.Count));
            for (int sample = 1; sample < Length; sample++)
            {
                Read(sample, block.First, numbers.AsSpan(0, block.Count));
                for (int j = 0; j < values.Length; j++)
                    values[j] += numbers[j] != before[j] ? 1 : 0;
                (numbers, before) = (before, numbers);
            }
            for (int j = 0; j < values.Length; j++)
                if (values[j] == 1 && before[j] == 0)
                    values[j] = 0;
        }
        return counts;
    }

    private int Checked(int sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sample, Length);
        return sample;
    }
}
