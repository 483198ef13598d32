namespace Declarative.Koopman;

/// <summary>Where the numbers of a trajectory lie. All of them are read as doubles, a stretch of a sample at a time.</summary>
internal abstract class SampleStorage
{
    /// <summary>The numbers of <paramref name="sample"/> from coordinate <paramref name="first"/> on, as many as fit.</summary>
    public abstract void Read(int sample, int first, Span<double> numbers);

    /// <summary>The numbers of <paramref name="sample"/> at some coordinates.</summary>
    public abstract void Read(int sample, ReadOnlySpan<int> coordinates, Span<double> numbers);

    /// <summary>A whole sample [q]: a copy, where the numbers do not lie side by side as doubles.</summary>
    public virtual ReadOnlySpan<double> Sample(int sample, int width)
    {
        var numbers = new double[width];
        Read(sample, 0, numbers);
        return numbers;
    }

    /// <summary>Some of the coordinates, without a copy.</summary>
    public virtual SampleStorage Select(int[] coordinates) => new SelectedStorage(this, coordinates);
}

/// <summary>Row-major [m, q], in double precision.</summary>
internal sealed class DoubleStorage(double[] values, int width) : SampleStorage
{
    public override void Read(int sample, int first, Span<double> numbers) => values.AsSpan(sample * width + first, numbers.Length).CopyTo(numbers);

    public override void Read(int sample, ReadOnlySpan<int> coordinates, Span<double> numbers)
    {
        ReadOnlySpan<double> all = Sample(sample, width);
        for (int j = 0; j < numbers.Length; j++)
            numbers[j] = all[coordinates[j]];
    }

    public override ReadOnlySpan<double> Sample(int sample, int width) => values.AsSpan(sample * width, width);
}

/// <summary>An array for each sample, in single precision.</summary>
internal sealed class SingleStorage(float[][] samples) : SampleStorage
{
    public override void Read(int sample, int first, Span<double> numbers)
    {
        ReadOnlySpan<float> stretch = samples[sample].AsSpan(first, numbers.Length);
        for (int j = 0; j < stretch.Length; j++)
            numbers[j] = stretch[j];
    }

    public override void Read(int sample, ReadOnlySpan<int> coordinates, Span<double> numbers)
    {
        float[] all = samples[sample];
        for (int j = 0; j < numbers.Length; j++)
            numbers[j] = all[coordinates[j]];
    }
}

/// <summary>Some coordinates of another storage.</summary>
internal sealed class SelectedStorage(SampleStorage whole, int[] selected) : SampleStorage
{
    public override void Read(int sample, int first, Span<double> numbers) => whole.Read(sample, selected.AsSpan(first, numbers.Length), numbers);

    public override void Read(int sample, ReadOnlySpan<int> coordinates, Span<double> numbers)
    {
        for (int j = 0; j < numbers.Length; j++)
            Read(sample, coordinates[j], numbers.Slice(j, 1));
    }

    public override SampleStorage Select(int[] coordinates) => new SelectedStorage(whole, Array.ConvertAll(coordinates, j => selected[j]));
}
