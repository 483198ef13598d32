using System.Globalization;

namespace Declarative;

/// <summary>One declared hyperparameter: a number, or a vector of entries that share a domain.</summary>
/// <remarks>A learned one has an unconstrained coordinate u per entry, with φ = domain(u), and lies in the open domain. A fixed one
/// keeps any value of the closed domain (momentum 0, weight decay 0), has no u and costs no tangent.</remarks>
public abstract class Hyperparameter
{
    private readonly double[] values;
    private readonly double[] coordinates;

    private protected Hyperparameter(string name, HyperparameterDomain domain, double start, int count, bool isVector)
    {
        Name = name;
        Domain = domain;
        IsVector = isVector;
        values = new double[count];
        coordinates = new double[count];
        Array.Fill(values, start);
        if (domain.CanLearnFrom(start))
        {
            IsLearned = true;
            Array.Fill(coordinates, domain.ToCoordinate(start));
        }
        else if (!domain.Contains(start))
        {
            throw OutOfDomain(start, "");
        }
    }

    /// <summary>The field's name in camelCase.</summary>
    public string Name { get; }

    /// <summary>The values it may take.</summary>
    public HyperparameterDomain Domain { get; }

    /// <summary>Whether it was declared with a size, so that its entries are named <c>weights[0]</c>, <c>weights[1]</c>, ...</summary>
    public bool IsVector { get; }

    /// <summary>The number of entries; 1 for a scalar.</summary>
    public int Count => values.Length;

    /// <summary>Whether training moves it.</summary>
    public bool IsLearned { get; private set; }

    /// <summary>The values φ of all entries.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>The unconstrained coordinates u of all entries; meaningful while it is learned.</summary>
    internal ReadOnlySpan<double> Coordinates => coordinates;

    /// <summary>The value φ of a scalar. Setting it keeps it learned or fixed as it was.</summary>
    /// <exception cref="InvalidOperationException">It is a vector: use <see cref="Values"/> and <see cref="SetValues"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside the domain: the open one while it is learned.</exception>
    public double Value
    {
        get => IsVector ? throw new InvalidOperationException($"Hyperparameter '{Name}' has {Count} entries; read its Values.") : values[0];
        set
        {
            if (IsVector)
                throw new InvalidOperationException($"Hyperparameter '{Name}' has {Count} entries; use SetValues.");
            SetValues([value]);
        }
    }

    /// <summary>Sets the values φ of all entries.</summary>
    /// <exception cref="ArgumentException">The number of values is not <see cref="Count"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside the domain.</exception>
    public void SetValues(ReadOnlySpan<double> newValues)
    {
        if (newValues.Length != Count)
            throw new ArgumentException($"Hyperparameter '{Name}' has {Count} entries, not {newValues.Length}.", nameof(newValues));
        foreach (double value in newValues)
        {
            if (!Domain.Contains(value))
                throw OutOfDomain(value, "");
            if (IsLearned && !Domain.CanLearnFrom(value))
                throw OutOfDomain(value, " while it is learned (Fix() it first to keep an end of its domain)");
        }
        for (int i = 0; i < Count; i++)
        {
            values[i] = newValues[i];
            coordinates[i] = Domain.ToCoordinate(newValues[i]);
        }
        Publish();
    }

    /// <summary>Keeps its values from now on: it has no tangent and does not move.</summary>
    /// <returns>This hyperparameter.</returns>
    public Hyperparameter Fix()
    {
        IsLearned = false;
        LearnedChanged();
        return this;
    }

    /// <summary>Lets training move it from its present values.</summary>
    /// <returns>This hyperparameter.</returns>
    /// <exception cref="InvalidOperationException">A value lies at the domain's end, where it has no coordinate.</exception>
    public Hyperparameter Learn()
    {
        foreach (double value in values)
            if (!Domain.CanLearnFrom(value))
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"Hyperparameter '{Name}' cannot be learned from {value}, an end of its domain, {Domain}: set a value inside it first."));
        for (int i = 0; i < Count; i++)
            coordinates[i] = Domain.ToCoordinate(values[i]);
        IsLearned = true;
        LearnedChanged();
        return this;
    }

    /// <summary>The name of an entry: <c>learningRate</c>, <c>weights[3]</c>.</summary>
    public string NameOf(int entry) => IsVector ? string.Create(CultureInfo.InvariantCulture, $"{Name}[{entry}]") : Name;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name} = {(IsVector ? $"[{Count} entries]" : values[0])} ({Domain}, {(IsLearned ? "learned" : "fixed")})");

    /// <summary>Moves the coordinates and so the values of a learned hyperparameter.</summary>
    internal void Move(ReadOnlySpan<double> moves)
    {
        for (int i = 0; i < Count; i++)
        {
            if (moves[i] == 0)
                continue;
            coordinates[i] = Math.Clamp(coordinates[i] + moves[i], -Domain.LargestCoordinate, Domain.LargestCoordinate);
            values[i] = Domain.ToValue(coordinates[i]);
        }
        Publish();
    }

    /// <summary>Writes the values to where the program reads them: the annotated field.</summary>
    private protected abstract void Publish();

    /// <summary>Told that <see cref="IsLearned"/> changed.</summary>
    private protected virtual void LearnedChanged()
    {
    }

    private ArgumentOutOfRangeException OutOfDomain(double value, string when) => new(nameof(value), value,
        string.Create(CultureInfo.InvariantCulture, $"Hyperparameter '{Name}' cannot be {value}{when}: its domain is {Domain}."));
}
