using static TorchSharp.torch;

namespace Declarative;

/// <summary>The q unconstrained coordinates u of a set's learned hyperparameters, as they were learned or fixed when this was made:
/// which row of a tangent belongs to which entry.</summary>
internal sealed class LearnedCoordinates
{
    private readonly (Hyperparameter Hyperparameter, int FirstRow, int FirstEntry)[] learned;
    private readonly int[] counts;

    public LearnedCoordinates(HyperparameterSet hyperparameters)
    {
        var found = new List<(Hyperparameter, int, int)>();
        int row = 0;
        int entry = 0;
        foreach (Hyperparameter item in hyperparameters)
        {
            if (item.IsLearned)
            {
                found.Add((item, row, entry));
                row += item.Count;
            }
            entry += item.Count;
        }
        learned = [.. found];
        counts = [.. hyperparameters.Select(item => item.Count)];
        Count = row;
        EntryCount = entry;
    }

    /// <summary>q.</summary>
    public int Count { get; }

    /// <summary>The entries of all hyperparameters, learned or fixed.</summary>
    public int EntryCount { get; }

    /// <summary>The learned tensors, in the order of their rows.</summary>
    public IEnumerable<TensorHyperparameter> Tensors => learned.Select(item => item.Hyperparameter).OfType<TensorHyperparameter>();

    /// <summary>The leaves of autograd that they are now.</summary>
    public Tensor[] Leaves => [.. Tensors.Select(tensor => tensor.Leaf)];

    /// <summary>The name of the entry whose coordinate a row is.</summary>
    public string NameOf(int row)
    {
        (Hyperparameter hyperparameter, int first, _) = learned.Last(item => item.FirstRow <= row);
        return hyperparameter.NameOf(row - first);
    }

    /// <summary>The first row of a hyperparameter; nothing where it is fixed.</summary>
    public int? RowOf(Hyperparameter hyperparameter)
    {
        foreach (var item in learned)
            if (ReferenceEquals(item.Hyperparameter, hyperparameter))
                return item.FirstRow;
        return null;
    }

    /// <summary>Refuses to go on where a hyperparameter has been fixed, learned or given other entries since.</summary>
    /// <exception cref="InvalidOperationException">One has; the message names it.</exception>
    public void CheckUnchanged(HyperparameterSet hyperparameters)
    {
        CheckTensors(hyperparameters);
        foreach ((Hyperparameter item, int count) in hyperparameters.Zip(counts))
        {
            if (item.IsLearned != (RowOf(item) is not null))
                throw new InvalidOperationException($"Hyperparameter '{item.Name}' was {(item.IsLearned ? "fixed" : "learned")} when this trainer was made. "
                    + "Fix() and Learn() settle before; make a new trainer.");
            if (item.Count != count)
                throw new InvalidOperationException($"Hyperparameter '{item.Name}' has {item.Count} entries, but had {count} when this trainer was made. "
                    + "PerTensor() and PerSegment() settle before; make a new trainer.");
        }
    }

    /// <summary>Refuses tensors that the program has disposed, or taken out of autograd.</summary>
    /// <exception cref="ObjectDisposedException">One has been disposed.</exception>
    /// <exception cref="InvalidOperationException">One that is learned no longer requires a gradient.</exception>
    public static void CheckTensors(HyperparameterSet hyperparameters)
    {
        foreach (TensorHyperparameter item in hyperparameters.OfType<TensorHyperparameter>())
            item.CheckLeaf();
    }

    /// <summary>dφ/du of one entry of a learned hyperparameter.</summary>
    public static double Derivative(Hyperparameter hyperparameter, int entry) => hyperparameter.Domain.Derivative(hyperparameter.Coordinates[entry]);

    /// <summary>Moves u.</summary>
    /// <param name="moves">[q].</param>
    public void Move(ReadOnlySpan<double> moves)
    {
        foreach ((Hyperparameter hyperparameter, int row, _) in learned)
            hyperparameter.Move(moves.Slice(row, hyperparameter.Count));
    }

    /// <summary>Keeps u and φ as they are now, to the last bit.</summary>
    /// <returns>Puts them back.</returns>
    public Action Keep()
    {
        var kept = Array.ConvertAll(learned, item => (Values: item.Hyperparameter.Values.ToArray(), Coordinates: item.Hyperparameter.Coordinates.ToArray()));
        return () =>
        {
            for (int i = 0; i < learned.Length; i++)
                learned[i].Hyperparameter.Place(kept[i].Values, kept[i].Coordinates);
        };
    }

    /// <summary>The rows of entries whose segment of training is over when a step, counted from 0, is the next one.</summary>
    public IEnumerable<int> OverAt(long step) => learned.Where(item => item.Hyperparameter is NumberHyperparameter)
        .SelectMany(item => Enumerable.Range(0, item.Hyperparameter.Count)
            .Where(entry => ((NumberHyperparameter)item.Hyperparameter).IsOver(entry, step)).Select(entry => item.FirstRow + entry));

    /// <summary>u [q].</summary>
    public double[] Read() => [.. learned.SelectMany(item => item.Hyperparameter.Coordinates.ToArray())];

    /// <summary>Spreads what is known of the learned coordinates [q] over the entries of all hyperparameters.</summary>
    public T[] Spread<T>(ReadOnlySpan<T> rows, T elsewhere)
    {
        var entries = new T[EntryCount];
        Array.Fill(entries, elsewhere);
        foreach ((Hyperparameter hyperparameter, int row, int entry) in learned)
            rows.Slice(row, hyperparameter.Count).CopyTo(entries.AsSpan(entry));
        return entries;
    }
}
