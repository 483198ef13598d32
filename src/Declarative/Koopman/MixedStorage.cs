namespace Declarative.Koopman;

/// <summary>Samples that are weighted means of those of another storage, mixed as they are read: nothing is copied.</summary>
/// <param name="whole">The other storage.</param>
/// <param name="mixtures">For each sample the ones that it is made of, at least one, with weights that sum to 1.</param>
internal sealed class MixedStorage(SampleStorage whole, MixedStorage.Part[][] mixtures) : SampleStorage
{
    /// <summary>A share of a sample.</summary>
    internal readonly record struct Part(int Sample, double Weight);

    public override void Read(int sample, int first, Span<double> numbers)
    {
        Part[] parts = mixtures[sample];
        whole.Read(parts[0].Sample, first, numbers);
        if (parts.Length == 1)
            return;
        Vectors.Scale(numbers, parts[0].Weight);
        var others = new double[numbers.Length];
        foreach (Part part in parts.AsSpan(1))
        {
            whole.Read(part.Sample, first, others);
            Vectors.AddScaled(numbers, part.Weight, others);
        }
    }

    public override void Read(int sample, ReadOnlySpan<int> coordinates, Span<double> numbers)
    {
        Part[] parts = mixtures[sample];
        whole.Read(parts[0].Sample, coordinates, numbers);
        if (parts.Length == 1)
            return;
        Vectors.Scale(numbers, parts[0].Weight);
        var others = new double[numbers.Length];
        foreach (Part part in parts.AsSpan(1))
        {
            whole.Read(part.Sample, coordinates, others);
            Vectors.AddScaled(numbers, part.Weight, others);
        }
    }
}
