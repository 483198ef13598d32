using static TorchSharp.torch;

namespace Samples.DataReweighting;

/// <summary>The labels of a training set, some of which are wrong.</summary>
internal sealed class CorruptedLabels : IDisposable
{
    private CorruptedLabels(long[] given, int[] clean, int[] corrupted, Device device)
    {
        using var scope = NewDisposeScope();
        Given = tensor(given, device: device).DetachFromDisposeScope();
        CleanIndices = tensor([.. clean.Select(index => (long)index)], device: device).DetachFromDisposeScope();
        (Clean, Corrupted) = (clean, corrupted);
    }

    /// <summary>The labels to train with, int64 [n].</summary>
    public Tensor Given { get; }

    /// <summary>The examples whose label is right, in order, and the same as a tensor, int64.</summary>
    public IReadOnlyList<int> Clean { get; }

    public Tensor CleanIndices { get; }

    /// <summary>The examples whose label is wrong, in order.</summary>
    public IReadOnlyList<int> Corrupted { get; }

    /// <summary>Replaces a fraction of the labels, chosen at random, each by one of the other classes, all equally likely.</summary>
    public static CorruptedLabels Of(Tensor labels, double fraction, int seed)
    {
        Random random = new(seed);
        long[] given = ValuesOf(labels);
        int[] order = [.. Enumerable.Range(0, given.Length)];
        random.Shuffle(order);
        int wrong = (int)Math.Round(fraction * given.Length);
        foreach (int index in order[..wrong])
            given[index] = (given[index] + 1 + random.Next(FashionMnistData.Classes - 1)) % FashionMnistData.Classes;
        return new(given, [.. order[wrong..].Order()], [.. order[..wrong].Order()], labels.device);
    }

    /// <summary>Labels as numbers, wherever they are.</summary>
    public static long[] ValuesOf(Tensor labels)
    {
        using Tensor here = labels.cpu();
        return here.data<long>().ToArray();
    }

    /// <summary>How well small weights find the wrong labels: the probability that one of them has a smaller weight than a right one,
    /// the area under the ROC curve. Equal weights count half.</summary>
    public double Auc(ReadOnlySpan<double> weights)
    {
        double[] right = new double[Clean.Count];
        for (int i = 0; i < right.Length; i++)
            right[i] = weights[Clean[i]];
        Array.Sort(right);
        double above = 0;
        foreach (int index in Corrupted)
        {
            (int smaller, int notLarger) = (Rank(right, weights[index], orEqual: false), Rank(right, weights[index], orEqual: true));
            above += right.Length - (smaller + notLarger) / 2.0;
        }
        return above / right.Length / Corrupted.Count;
    }

    public void Dispose()
    {
        Given.Dispose();
        CleanIndices.Dispose();
    }

    // How many of the sorted values are smaller than a value, or not larger.
    private static int Rank(double[] sorted, double value, bool orEqual)
    {
        (int low, int high) = (0, sorted.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < value || (orEqual && sorted[middle] == value))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
