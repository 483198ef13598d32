using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>The tangents that go with an <see cref="UpdateState"/>: derivatives with respect to all q unconstrained coordinates u, as
/// matrices [q, p], or one parameter's slices [q, *shape] of them. Generated code carries them through a step.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UpdateTangents : IDisposable
{
    private readonly NumberTangent[] hyperparameters;
    private readonly NumberTangent[] numbers;
    private readonly TensorSlot?[] tensors;
    private readonly TensorSlot parameter;

    /// <summary>Tangents that are zero, but for those of the hyperparameters.</summary>
    /// <param name="states">The rule's states.</param>
    /// <param name="hyperparameters">φ̇ of each hyperparameter of the rule, in the order of its set; zero where it is fixed.</param>
    /// <param name="learned">The number of coordinates q, at least 1.</param>
    /// <param name="like">A tensor of the parameters' shape, [p] as a rule, type and device.</param>
    public UpdateTangents(IReadOnlyList<StateDeclaration> states, IReadOnlyList<NumberTangent> hyperparameters, int learned, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(hyperparameters);
        ArgumentNullException.ThrowIfNull(like);
        this.hyperparameters = [.. hyperparameters];
        numbers = new NumberTangent[states.Count];
        tensors = new TensorSlot?[states.Count];
        Array.Fill(numbers, NumberTangent.Zero);
        long[] shape = [learned, .. like.shape];
        parameter = new("the tangent of the parameter", zeros(shape, like.dtype, like.device));
        for (int i = 0; i < states.Count; i++)
            if (!states[i].IsNumber)
                tensors[i] = new($"the tangent of state '{states[i].Name}'", zeros(states[i].IsUsed ? shape : [learned, 0], like.dtype, like.device));
    }

    private UpdateTangents(NumberTangent[] hyperparameters, NumberTangent[] numbers, TensorSlot?[] tensors, TensorSlot parameter)
    {
        this.hyperparameters = hyperparameters;
        this.numbers = numbers;
        this.tensors = tensors;
        this.parameter = parameter;
    }

    /// <summary>θ̇ [q, p]. Owned; what it is set to is taken out of its dispose scope, or on a slice copied into the matrix.</summary>
    public Tensor Parameter
    {
        get => parameter.Value;
        set => parameter.Replace(value);
    }

    /// <summary>ġ [q, p], made for this step: the rule may overwrite it.</summary>
    public Tensor Gradient { get; set; } = null!;

    /// <summary>φ̇ of the hyperparameter at a position in the rule's set.</summary>
    public NumberTangent HyperparameterAt(int index) => hyperparameters[index];

    /// <summary>The tangent [q, p] of a tensor state; [q, 0] of one that is not used.</summary>
    public Tensor TensorAt(int index) => tensors[index]!.Value;

    /// <summary>The tangent [q] of a number state.</summary>
    public NumberTangent NumberAt(int index) => numbers[index];

    /// <summary>Replaces the tangent of a tensor state, which is taken out of its dispose scope and owned from now on; on a slice it is
    /// copied into the matrix.</summary>
    public void Replace(int index, Tensor value) => tensors[index]!.Replace(value);

    /// <summary>Replaces the tangent of a number state.</summary>
    public void Replace(int index, NumberTangent value) => numbers[index] = value;

    /// <summary>Sets φ̇ anew: an outer step has moved u, or another step reads other entries.</summary>
    internal void Reseed(NumberTangent[] seeds) => seeds.CopyTo(hyperparameters, 0);

    /// <summary>The tangents as they are now, in tensors of their own; not ġ.</summary>
    internal UpdateTangents Copy() => new([.. hyperparameters], [.. numbers], [.. tensors.Select(tensor => tensor?.Copy())], parameter.Copy());

    /// <summary>Becomes what another one is, in the tensors that are there; not ġ.</summary>
    internal void Become(UpdateTangents other)
    {
        parameter.Become(other.parameter);
        for (int i = 0; i < tensors.Length; i++)
            tensors[i]?.Become(other.tensors[i]!);
        other.numbers.CopyTo(numbers, 0);
        other.hyperparameters.CopyTo(hyperparameters, 0);
    }

    /// <summary>Multiplies all that is carried by a factor: 0 forgets it, 1 keeps it.</summary>
    public void Discount(double factor)
    {
        if (factor == 1)
            return;
        using var scope = NewDisposeScope();
        foreach (TensorSlot? slot in tensors.Append(parameter))
        {
            // Not a product: a tangent that ran away to infinity must be forgotten too.
            if (factor == 0)
                slot?.Value.zero_();
            else
                slot?.Value.ScaleInPlace(factor);
        }
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = factor == 0 ? NumberTangent.Zero : factor * numbers[i];
    }

    /// <summary>Multiplies all that is carried for each coordinate by a factor of its own.</summary>
    internal void ScaleRows(RowFactors factors)
    {
        using var scope = NewDisposeScope();
        foreach (TensorSlot? slot in tensors.Append(parameter))
            if (slot is { Value: var value } && value.numel() > 0)
                value.mul_(factors.RowsOf(value));
        for (int i = 0; i < numbers.Length; i++)
            if (numbers[i].Rows.Length > 0)
                numbers[i] = numbers[i].ScaleRows(factors.OnHost);
    }

    /// <summary>What belongs to one parameter tensor, as views that belong to the current dispose scope: a rule that steps on them changes
    /// the matrices here, but not the tangents of numbers, which all slices share.</summary>
    /// <param name="slice">The parameter.</param>
    /// <param name="seeds">φ̇ of each hyperparameter, where it is another one than here.</param>
    internal UpdateTangents Slice(ParameterSlice slice, NumberTangent[]? seeds = null) =>
        new(seeds ?? hyperparameters, [.. numbers], [.. tensors.Select(tensor => tensor?.Slice(slice))], parameter.Slice(slice)) { Gradient = slice.Of(Gradient) };

    /// <summary>Writes all that is carried down, or fills it; not φ̇ of the hyperparameters, which each step makes anew.</summary>
    internal void Exchange(StateExchange with, string name)
    {
        with.Tensor($"{name} parameter", parameter.Value);
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i] is { } slot)
                with.Tensor($"{name} tensor {i}", slot.Value);
            numbers[i] = numbers[i].Exchange(with, $"{name} number {i}", parameter.Value.size(0));
        }
    }

    /// <summary>Releases the tangents.</summary>
    public void Dispose()
    {
        foreach (TensorSlot? tensor in tensors)
            tensor?.Dispose();
        parameter.Dispose();
    }
}
