using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>What an update rule reads and writes: (θ, o, g, t). Generated code takes a step on it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UpdateState : IDisposable
{
    private readonly Tensor?[] tensors;
    private readonly double[] numbers;

    /// <summary>The states before the first step.</summary>
    /// <param name="states">The rule's states.</param>
    /// <param name="like">A vector [p] of the parameters' length, type and device.</param>
    public UpdateState(IReadOnlyList<StateDeclaration> states, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(like);
        tensors = new Tensor?[states.Count];
        numbers = new double[states.Count];
        using var scope = NewDisposeScope();
        for (int i = 0; i < states.Count; i++)
        {
            if (states[i].IsNumber)
                numbers[i] = states[i].Initial;
            else
                using (Scalar initial = states[i].Initial.ToScalar())
                    tensors[i] = full_like(like, initial, requires_grad: false).DetachFromDisposeScope();
        }
    }

    private UpdateState(Tensor?[] tensors, double[] numbers)
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

    /// <summary>The tensor state [p] at a position among the rule's states.</summary>
    public Tensor TensorAt(int index) => tensors[index]!;

    /// <summary>The number state at a position among the rule's states.</summary>
    public double NumberAt(int index) => numbers[index];

    /// <summary>Replaces a tensor state. The new one is taken out of its dispose scope and owned from now on.</summary>
    public void Replace(int index, Tensor value) => Owned.Replace(ref tensors[index], value);

    /// <summary>Replaces a number state.</summary>
    public void Replace(int index, double value) => numbers[index] = value;

    /// <summary>The states as they are now, in tensors of their own; not θ and g.</summary>
    public UpdateState Copy() => new([.. tensors.Select(tensor => tensor?.clone().DetachFromDisposeScope())], [.. numbers]);

    /// <summary>Releases the states.</summary>
    public void Dispose()
    {
        foreach (Tensor? tensor in tensors)
            tensor?.Dispose();
    }
}
