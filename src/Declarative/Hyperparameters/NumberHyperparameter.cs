using System.Globalization;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>A number that an update rule reads: the value of a <c>double</c> field. It may have a value for each parameter tensor and for
/// each segment of training, and a given factor for each step; the field then holds what belongs to the tensor and step at work.</summary>
public sealed class NumberHyperparameter : Hyperparameter
{
    private readonly Action<double> write;
    private long[] starts = [0];
    private string[]? tensors;
    private Schedule? schedule;

    /// <summary>Declares it; called by generated code.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="domain">The values it may take.</param>
    /// <param name="start">The value to start from.</param>
    /// <param name="write">Writes the annotated field.</param>
    public NumberHyperparameter(string name, HyperparameterDomain domain, double start, Action<double> write)
        : base(name, domain, start, 1, isVector: false)
    {
        this.write = write;
        Publish();
    }

    /// <summary>The names of the parameter tensors that have a value each; nothing where all share one.</summary>
    internal IReadOnlyList<string>? Tensors => tensors;

    private int PerSegmentCount => tensors?.Length ?? 1;

    /// <inheritdoc/>
    public override Hyperparameter PerTensor(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (tensors is not null)
            throw new InvalidOperationException($"Hyperparameter '{Name}' has a value per parameter tensor already.");
        string[] names = [.. ParameterVector.Trained(module).Select(item => item.Name)];
        if (names.Length == 0)
            throw new ArgumentException($"Hyperparameter '{Name}' cannot have a value per parameter tensor of a module without any that requires a gradient.",
                nameof(module));
        Expand(starts.Length * names.Length, entry => entry / names.Length);
        tensors = names;
        return this;
    }

    /// <inheritdoc/>
    public override Hyperparameter PerSegment(params long[] starts)
    {
        ArgumentNullException.ThrowIfNull(starts);
        if (this.starts.Length > 1)
            throw new InvalidOperationException($"Hyperparameter '{Name}' has segments already.");
        if (starts.Length == 0)
            throw new ArgumentException($"Hyperparameter '{Name}' has one segment as it is: name the steps at which others start.", nameof(starts));
        long[] all = [0, .. starts];
        for (int i = 1; i < all.Length; i++)
            if (all[i] <= all[i - 1])
                throw new ArgumentException($"The segments of hyperparameter '{Name}' must start at positive, ascending steps, not at {string.Join(", ", starts)}.",
                    nameof(starts));
        Expand(all.Length * PerSegmentCount, entry => entry % PerSegmentCount);
        this.starts = all;
        return this;
    }

    /// <inheritdoc/>
    public override Hyperparameter Follow(Schedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        this.schedule = schedule;
        return this;
    }

    /// <inheritdoc/>
    public override string NameOf(int entry)
    {
        if (!IsVector)
            return Name;
        string segment = starts.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"@{starts[entry / PerSegmentCount]}") : "";
        return $"{Name}[{tensors?[entry % PerSegmentCount]}{segment}]";
    }

    /// <summary>The entry that holds at a step, counted from 0, for a parameter tensor.</summary>
    internal int EntryAt(long step, int tensor)
    {
        int segment = Array.BinarySearch(starts, step);
        return (segment >= 0 ? segment : ~segment - 1) * PerSegmentCount + (tensors is null ? 0 : tensor);
    }

    /// <summary>Whether the segment of an entry is over when a step, counted from 0, is the next one.</summary>
    internal bool IsOver(int entry, long step) => entry / PerSegmentCount + 1 is var next && next < starts.Length && starts[next] <= step;

    /// <summary>Whether it follows a schedule.</summary>
    internal bool HasSchedule => schedule is not null;

    /// <summary>The given factor at a step, counted from 0.</summary>
    /// <exception cref="InvalidOperationException">The schedule gives no finite number.</exception>
    internal double FactorAt(long step)
    {
        if (schedule is null)
            return 1;
        double factor = schedule.FactorAt(step);
        return double.IsFinite(factor) ? factor
            : throw new InvalidOperationException($"The schedule of hyperparameter '{Name}' ({schedule}) gives {factor} at step {step}.");
    }

    /// <summary>Writes what holds at a step, counted from 0, for a parameter tensor to the field that the rule reads.</summary>
    /// <exception cref="InvalidOperationException">The schedule takes the value out of its domain.</exception>
    internal void PublishAt(long step, int tensor)
    {
        double value = FactorAt(step) * Values[EntryAt(step, tensor)];
        if (!Domain.Contains(value))
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The schedule of hyperparameter '{Name}' ({schedule}) takes it to {value} at step {step}: its domain is {Domain}."));
        write(value);
    }

    /// <inheritdoc/>
    internal override void Publish() => write(Values[0]);
}
