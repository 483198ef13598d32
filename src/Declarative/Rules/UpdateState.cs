using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>What an update rule reads and writes: (θ, o, g, t), as flat vectors, or one parameter's slices of them. Generated code takes
/// a step on it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UpdateState : IDisposable
{
    private readonly TensorSlot?[] tensors;
    private readonly double[] numbers;

    /// <summary>The states before the first step.</summary>
    /// <param name="states">The rule's states.</param>
    /// <param name="like">A vector [p] of the parameters' length, type and device.</param>
    public UpdateState(IReadOnlyList<StateDeclaration> states, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(like);
        tensors = new TensorSlot?[states.Count];
        numbers = new double[states.Count];
        using var scope = NewDisposeScope();
        for (int i = 0; i < states.Count; i++)
        {
            if (states[i].IsNumber)
                numbers[i] = states[i].Initial;
            else
                tensors[i] = new($"state '{states[i].Name}'", Initial(states[i], like));
        }
    }

    private UpdateState(TensorSlot?[] tensors, double[] numbers)
    {
        this.tensors = tensors;
        this.numbers = numbers;
    }

    /// <summary>θ [p] before the step; the rule sets it to θ'. Not owned.</summary>
    public Tensor Parameter { get; set; } = null!;

    /// <summary>g [p], the gradient of the training loss at θ. Not owned.</summary>
    public Tensor Gradient { get; set; } = null!;

    /// <summary>t, counted from 1.</summary>
    public long Step { get; set; }

    /// <summary>Where <see cref="EntryStep"/> writes θ': θ itself where it may be overwritten. Not owned.</summary>
    public Tensor Updated { get; private set; } = null!;

    /// <summary>Whether θ may be overwritten by θ', as far as the rule can.</summary>
    internal bool MayOverwrite { get; set; }

    /// <summary>The tensor state [p] at a position among the rule's states; [0] of one that is not used.</summary>
    public Tensor TensorAt(int index) => tensors[index]!.Value;

    /// <summary>The number state at a position among the rule's states.</summary>
    public double NumberAt(int index) => numbers[index];

    /// <summary>Replaces a tensor state. The new one is taken out of its dispose scope and owned from now on; on a slice it is copied into
    /// the flat vector.</summary>
    public void Replace(int index, Tensor value) => tensors[index]!.Replace(value);

    /// <summary>Replaces a number state.</summary>
    public void Replace(int index, double value) => numbers[index] = value;

    /// <summary>Takes a step in one pass over memory, where all tensors lie in the host's, contiguously, in one of two types, and fill at least a register; long
    /// ones by as many threads as TorchSharp's operations use. Then <see cref="Parameter"/> is θ', and the tensor states are o'.</summary>
    /// <param name="single">The step on entries of 4 bytes.</param>
    /// <param name="twice">The step on entries of 8 bytes.</param>
    /// <returns>Whether it was taken; otherwise nothing has changed.</returns>
    public bool TakeEntryStep(EntryStep single, EntryStep twice)
    {
        ScalarType type = Parameter.dtype;
        EntryStep? step = type == ScalarType.Float32 ? single : type == ScalarType.Float64 ? twice : null;
        long count = Parameter.numel();
        if (step is null || count * Parameter.element_size() < System.Numerics.Vector<byte>.Count || count * Parameter.element_size() > int.MaxValue || !Lies(Parameter) || !Lies(Gradient))
            return false;
        foreach (TensorSlot? tensor in tensors)
            if (tensor is { Value: var value } && value.numel() > 0 && !Lies(value))
                return false;
        Updated = MayOverwrite ? Parameter : Parameter.empty_like();
        new EntryPass(this, step, (int)count).Run();
        Parameter = Updated;
        return true;

        bool Lies(Tensor tensor) => tensor.dtype == type && tensor.device_type == DeviceType.CPU && tensor.numel() == count && tensor.is_contiguous();
    }

    /// <summary>The states as they are now, in tensors of their own; not θ and g.</summary>
    public UpdateState Copy() => new([.. tensors.Select(tensor => tensor?.Copy())], [.. numbers]);

    /// <summary>Becomes what another one is, in the tensors that are there; not θ and g.</summary>
    internal void Become(UpdateState other)
    {
        for (int i = 0; i < tensors.Length; i++)
            tensors[i]?.Become(other.tensors[i]!);
        other.numbers.CopyTo(numbers, 0);
    }

    /// <summary>The tensors that a step writes in place: o that is used, and <see cref="Updated"/>.</summary>
    internal IEnumerable<Tensor> Written => [.. tensors.Select(tensor => tensor?.Value).OfType<Tensor>().Where(value => value.numel() > 0), Updated];

    /// <summary>Whether a tensor is one of the states: a rule may return one as θ'.</summary>
    internal bool Holds(Tensor tensor) => Array.Exists(tensors, slot => ReferenceEquals(slot?.Value, tensor));

    /// <summary>What belongs to one parameter tensor, as views that belong to the current dispose scope: a rule that steps on them changes
    /// the tensor states here, but not the numbers, which all slices share.</summary>
    internal UpdateState Slice(ParameterSlice slice) => new([.. tensors.Select(tensor => tensor?.Slice(slice))], [.. numbers])
    {
        Parameter = slice.Of(Parameter),
        Gradient = slice.Of(Gradient),
        Step = Step,
    };

    /// <summary>Writes the states down, or fills them.</summary>
    internal void Exchange(StateExchange with, string name)
    {
        with.Numbers($"{name} numbers", numbers);
        for (int i = 0; i < tensors.Length; i++)
            if (tensors[i] is { } slot)
                with.Tensor($"{name} tensor {i}", slot.Value);
    }

    /// <summary>Releases the states.</summary>
    public void Dispose()
    {
        foreach (TensorSlot? tensor in tensors)
            tensor?.Dispose();
    }

    private static Tensor Initial(StateDeclaration state, Tensor like)
    {
        if (!state.IsUsed)
            return zeros([0], like.dtype, like.device);
        using Scalar initial = state.Initial.ToScalar();
        return full_like(like, initial, requires_grad: false);
    }
}
