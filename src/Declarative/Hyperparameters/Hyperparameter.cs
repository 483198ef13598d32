using System.Globalization;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>One declared hyperparameter: a number, or a vector of entries that share a domain.</summary>
/// <remarks>A learned one has an unconstrained coordinate u per entry, with φ = domain(u), and lies in the open domain. A fixed one
/// keeps any value of the closed domain (momentum 0, weight decay 0), has no u and costs no tangent.</remarks>
public abstract class Hyperparameter
{
    private readonly string name;
    private double[] values;
    private double[] coordinates;

    private protected Hyperparameter(string name, HyperparameterDomain domain, double start, int count, bool isVector)
    {
        this.name = name;
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

    /// <summary>The field's name in camelCase; in a problem with parameter groups, after the group's name: <c>head.learningRate</c>.</summary>
    public string Name => Group is null ? name : $"{Group}.{name}";

    /// <summary>The name of the parameter group whose update rule declares it, where a problem has groups.</summary>
    internal string? Group { get; set; }

    /// <summary>The values it may take.</summary>
    public HyperparameterDomain Domain { get; }

    /// <summary>Whether it has named entries: it was declared with a size (<c>weights[0]</c>, <c>weights[1]</c>, ...), or given a value per
    /// parameter tensor or per segment of training.</summary>
    public bool IsVector { get; private set; }

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
    public virtual string NameOf(int entry) => IsVector ? string.Create(CultureInfo.InvariantCulture, $"{Name}[{entry}]") : Name;

    /// <summary>Gives it a value for each parameter tensor: entries <c>learningRate[hidden.weight]</c>, each learned on its own, all of which
    /// start from the present value.</summary>
    /// <param name="module">The model, or the part of it, that the update rule trains.</param>
    /// <returns>This hyperparameter.</returns>
    /// <exception cref="NotSupportedException">It is a tensor of a loss or a model: declare it with <c>Size = nameof(module)</c>.</exception>
    /// <exception cref="InvalidOperationException">It has a value per tensor already.</exception>
    public virtual Hyperparameter PerTensor(nn.Module module) => throw NoPlan();

    /// <summary>Gives it a value for each segment of training: entries <c>learningRate[@0]</c>, <c>learningRate[@1000]</c>, ..., named by the
    /// step from which they hold, all of which start from the present value.</summary>
    /// <param name="starts">The first steps, counted from 0, of all segments but the first, ascending.</param>
    /// <returns>This hyperparameter.</returns>
    /// <exception cref="NotSupportedException">It is a tensor of a loss or a model.</exception>
    /// <exception cref="ArgumentException">There are no steps, or they are not positive and ascending.</exception>
    /// <exception cref="InvalidOperationException">It has segments already.</exception>
    public virtual Hyperparameter PerSegment(params long[] starts) => throw NoPlan();

    /// <summary>Multiplies it, at each step, by a given factor: what is learned is the size of the schedule.</summary>
    /// <returns>This hyperparameter.</returns>
    /// <exception cref="NotSupportedException">It is a tensor of a loss or a model.</exception>
    public virtual Hyperparameter Follow(Schedule schedule) => throw NoPlan();

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

    /// <summary>Puts values and coordinates where they were, to the last bit: φ need not be the u's image where u has not moved.</summary>
    internal void Place(ReadOnlySpan<double> formerValues, ReadOnlySpan<double> formerCoordinates)
    {
        formerValues.CopyTo(values);
        formerCoordinates.CopyTo(coordinates);
        Publish();
    }

    /// <summary>Makes each entry of now many: the new entry i starts from the former entry <paramref name="formerOf"/>(i).</summary>
    private protected void Expand(int count, Func<int, int> formerOf)
    {
        values = [.. Enumerable.Range(0, count).Select(i => values[formerOf(i)])];
        coordinates = [.. Enumerable.Range(0, count).Select(i => coordinates[formerOf(i)])];
        IsVector = true;
    }

    /// <summary>Writes the values to where the program reads them: the annotated field. Of several values of a number it is the first.</summary>
    internal abstract void Publish();

    /// <summary>Told that <see cref="IsLearned"/> changed.</summary>
    private protected virtual void LearnedChanged()
    {
    }

    private NotSupportedException NoPlan() => new($"Hyperparameter '{Name}' is a tensor that your own code reads: declare it with a Size, "
        + "and let that code choose the entry or the factor of a step. Values per tensor, segments and schedules are for the numbers of an update rule.");

    private ArgumentOutOfRangeException OutOfDomain(double value, string when) => new(nameof(value), value,
        string.Create(CultureInfo.InvariantCulture, $"Hyperparameter '{Name}' cannot be {value}{when}: its domain is {Domain}."));
}
