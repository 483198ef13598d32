using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>The tangents that go with an <see cref="UpdateState"/>: derivatives with respect to all q unconstrained coordinates u.
/// Generated code carries them through a step.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UpdateTangents : IDisposable
{
    private readonly NumberTangent[] hyperparameters;
    private readonly NumberTangent[] numbers;
    private readonly Tensor?[] tensors;
    private Tensor? parameter;

    /// <summary>Tangents that are zero, but for those of the hyperparameters.</summary>
    /// <param name="states">The rule's states.</param>
    /// <param name="hyperparameters">φ̇ of each hyperparameter of the rule, in the order of its set; zero where it is fixed.</param>
    /// <param name="learned">The number of coordinates q, at least 1.</param>
    /// <param name="like">A vector [p] of the parameters' length, type and device.</param>
    public UpdateTangents(IReadOnlyList<StateDeclaration> states, IReadOnlyList<NumberTangent> hyperparameters, int learned, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(hyperparameters);
        ArgumentNullException.ThrowIfNull(like);
        this.hyperparameters = [.. hyperparameters];
        numbers = new NumberTangent[states.Count];
        tensors = new Tensor?[states.Count];
        Array.Fill(numbers, NumberTangent.Zero);
        long[] shape = [learned, like.numel()];
        parameter = zeros(shape, like.dtype, like.device).DetachFromDisposeScope();
        for (int i = 0; i < states.Count; i++)
            if (!states[i].IsNumber)
                tensors[i] = zeros(shape, like.dtype, like.device).DetachFromDisposeScope();
    }

    /// <summary>θ̇ [q, p]. Owned; what it is set to is taken out of its dispose scope.</summary>
    public Tensor Parameter
    {
        get => parameter!;
        set => Owned.Replace(ref parameter, value);
    }

    /// <summary>ġ [q, p], made for this step: the rule may overwrite it.</summary>
    public Tensor Gradient { get; set; } = null!;

    /// <summary>φ̇ of the hyperparameter at a position in the rule's set.</summary>
    public NumberTangent HyperparameterAt(int index) => hyperparameters[index];

    /// <summary>The tangent [q, p] of a tensor state.</summary>
    public Tensor TensorAt(int index) => tensors[index]!;

    /// <summary>The tangent [q] of a number state.</summary>
    public NumberTangent NumberAt(int index) => numbers[index];

    /// <summary>Replaces the tangent of a tensor state, which is taken out of its dispose scope and owned from now on.</summary>
    public void Replace(int index, Tensor value) => Owned.Replace(ref tensors[index], value);

    /// <summary>Replaces the tangent of a number state.</summary>
    public void Replace(int index, NumberTangent value) => numbers[index] = value;

    /// <summary>Sets φ̇ anew, after an outer step has moved u.</summary>
    public void Reseed(int index, NumberTangent value) => hyperparameters[index] = value;

    /// <summary>Multiplies all that is carried by a factor: 0 forgets it, 1 keeps it.</summary>
    public void Discount(double factor)
    {
        if (factor == 1)
            return;
        using var scope = NewDisposeScope();
        foreach (Tensor? tensor in tensors.Append(parameter))
        {
            if (tensor is null)
                continue;
            // Not a product: a tangent that ran away to infinity must be forgotten too.
            if (factor == 0)
                tensor.zero_();
            else
                tensor.ScaleInPlace(factor);
        }
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = factor == 0 ? NumberTangent.Zero : factor * numbers[i];
    }

    /// <summary>Releases the tangents.</summary>
    public void Dispose()
    {
        foreach (Tensor? tensor in tensors)
            tensor?.Dispose();
        parameter?.Dispose();
    }
}
