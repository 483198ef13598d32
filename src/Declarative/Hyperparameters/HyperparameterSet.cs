using System.Collections;

namespace Declarative;

/// <summary>Hyperparameters in a fixed order, found by name: those of one class, or all of a problem.</summary>
public sealed class HyperparameterSet : IReadOnlyList<Hyperparameter>
{
    private readonly Hyperparameter[] items;
    private readonly Dictionary<string, Hyperparameter> byName = new(StringComparer.Ordinal);

    /// <summary>Puts hyperparameters together.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public HyperparameterSet(IEnumerable<Hyperparameter> hyperparameters)
    {
        ArgumentNullException.ThrowIfNull(hyperparameters);
        items = [.. hyperparameters];
        foreach (Hyperparameter item in items)
            if (!byName.TryAdd(item.Name, item))
                throw new ArgumentException($"Two hyperparameters are named '{item.Name}'. Names must differ within a problem, so that logs can be read.");
    }

    /// <summary>The number of hyperparameters; a vector counts once.</summary>
    public int Count => items.Length;

    /// <summary>The hyperparameter at a position, in the order of declaration.</summary>
    public Hyperparameter this[int index] => items[index];

    /// <summary>The hyperparameter of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public Hyperparameter this[string name] => byName.TryGetValue(name, out Hyperparameter? found)
        ? found
        : throw new KeyNotFoundException($"No hyperparameter is named '{name}'. There are: {string.Join(", ", items.Select(item => item.Name))}.");

    /// <summary>The names of all entries, in order.</summary>
    public IReadOnlyList<string> EntryNames => [.. items.SelectMany(item => Enumerable.Range(0, item.Count).Select(item.NameOf))];

    /// <summary>The values φ of all entries, in the order of <see cref="EntryNames"/>.</summary>
    internal double[] EntryValues => [.. items.SelectMany(item => item.Values.ToArray())];

    /// <summary>Writes the values to the fields of update rules, which hold what their last step and tensor read.</summary>
    internal void Publish()
    {
        foreach (NumberHyperparameter item in items.OfType<NumberHyperparameter>())
            item.Publish();
    }

    /// <summary>Fixes all of them.</summary>
    public void Fix()
    {
        foreach (Hyperparameter item in items)
            item.Fix();
    }

    /// <inheritdoc/>
    public IEnumerator<Hyperparameter> GetEnumerator() => ((IEnumerable<Hyperparameter>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
