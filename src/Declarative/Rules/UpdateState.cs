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

    /// <summary>The tensor state [p] at a position among the rule's states; [0] of one that is not used.</summary>
    public Tensor TensorAt(int index) => tensors[index]!.Value;

    /// <summary>The number state at a position among the rule's states.</summary>
    public double NumberAt(int index) => numbers[index];

    /// <summary>Replaces a tensor state. The new one is taken out of its dispose scope and owned from now on; on a slice it is copied into
    /// the flat vector.</summary>
    public void Replace(int index, Tensor value) => tensors[index]!.Replace(value);

    /// <summary>Replaces a number state.</summary>
    public void Replace(int index, double value) => numbers[index] = value;

    /// <summary>The states as they are now, in tensors of their own; not θ and g.</summary>
    public UpdateState Copy() => new([.. tensors.Select(tensor => tensor?.Copy())], [.. numbers]);

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
