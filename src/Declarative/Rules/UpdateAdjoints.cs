using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>The adjoints that go with an <see cref="UpdateState"/>: derivatives of one number, the validation loss, with respect to what a
/// step reads, as flat vectors, or one parameter's slices of them. Generated code carries them from after a step to before it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UpdateAdjoints : IDisposable
{
    private readonly TensorSlot[] states;
    private readonly Tensor hyperparameters;
    private readonly TensorSlot parameter;
    private readonly TensorSlot gradient;

    /// <summary>The adjoints after the last step: that of θ is given, those of o and φ are zero.</summary>
    /// <param name="states">The rule's states.</param>
    /// <param name="hyperparameters">The number of the rule's hyperparameters, or of all their entries.</param>
    /// <param name="parameter">θ̄ [p]; copied.</param>
    public UpdateAdjoints(IReadOnlyList<StateDeclaration> states, int hyperparameters, Tensor parameter)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(parameter);
        using var scope = NewDisposeScope();
        this.parameter = new("the adjoint of the parameter", parameter.detach().clone());
        gradient = new("the adjoint of the gradient", zeros_like(Parameter));
        this.states = [.. states.Select(state => new TensorSlot($"the adjoint of state '{state.Name}'", Zeros(state)))];
        this.hyperparameters = zeros([hyperparameters], parameter.dtype, parameter.device).DetachFromDisposeScope();
    }

    private UpdateAdjoints(TensorSlot[] states, Tensor hyperparameters, TensorSlot parameter, TensorSlot gradient)
    {
        this.states = states;
        this.hyperparameters = hyperparameters;
        this.parameter = parameter;
        this.gradient = gradient;
    }

    /// <summary>θ̄ [p].</summary>
    public Tensor Parameter => parameter.Value;

    /// <summary>ḡ [p], of the gradient that the step used.</summary>
    public Tensor Gradient => gradient.Value;

    /// <summary>φ̄ of all hyperparameters of the rule, summed over the steps so far.</summary>
    public Tensor Hyperparameters => hyperparameters;

    /// <summary>0, as a scalar.</summary>
    public Tensor Zero => zeros([], Parameter.dtype, Parameter.device);

    /// <summary>The adjoint of a state, [p] or, of a number, []; [0] of one that is not used.</summary>
    public Tensor StateAt(int index) => states[index].Value;

    /// <summary>The adjoints of all states.</summary>
    public IReadOnlyList<Tensor> States => [.. states.Select(state => state.Value)];

    /// <summary>Where the adjoint of each hyperparameter belongs at the present step; by default each has its own column.</summary>
    internal AdjointColumn[]? Columns { get; set; }

    /// <summary>Adds to θ̄ what θ contributes through the gradient.</summary>
    public void AddParameter(Tensor value) => Parameter.AddInPlace(value);

    /// <summary>Adds what a step contributes to the adjoint of a hyperparameter.</summary>
    public void AddHyperparameter(int index, Tensor value)
    {
        AdjointColumn column = Columns is { } given ? given[index] : new(index, 1);
        using Tensor total = hyperparameters.select(0, column.Column);
        total.AddInPlace(value, column.Factor);
    }

    /// <summary>Replaces all adjoints by those before the step. They are taken out of their dispose scope and owned from now on; on a slice
    /// they are copied into the flat vectors.</summary>
    /// <remarks>An array, and no span, for projects in a language older than C# 13.</remarks>
    public void Replace(Tensor gradientAdjoint, Tensor parameterAdjoint, params Tensor[] stateAdjoints)
    {
        ArgumentNullException.ThrowIfNull(stateAdjoints);
        gradient.Replace(gradientAdjoint);
        parameter.Replace(parameterAdjoint);
        for (int i = 0; i < stateAdjoints.Length; i++)
            states[i].Replace(stateAdjoints[i]);
    }

    /// <summary>What belongs to one parameter tensor, as views that belong to the current dispose scope: a rule that goes back through them
    /// changes the vectors here, and adds to φ̄ here.</summary>
    /// <param name="slice">The parameter.</param>
    /// <param name="numbers">The adjoint [] of each number state, null of tensor states; overwritten instead of what is here.</param>
    /// <param name="columns">Where the adjoint of each hyperparameter belongs.</param>
    internal UpdateAdjoints Slice(ParameterSlice slice, Tensor?[] numbers, AdjointColumn[]? columns) => new(
        [.. states.Zip(numbers, (state, number) => number is null ? state.Slice(slice) : state.Slice(slice, number))],
        hyperparameters, parameter.Slice(slice), gradient.Slice(slice)) { Columns = columns };

    /// <summary>Releases the adjoints.</summary>
    public void Dispose()
    {
        parameter.Dispose();
        gradient.Dispose();
        hyperparameters.Dispose();
        foreach (TensorSlot state in states)
            state.Dispose();
    }

    private Tensor Zeros(StateDeclaration state) =>
        state.IsNumber ? Zero : state.IsUsed ? zeros_like(Parameter) : zeros([0], Parameter.dtype, Parameter.device);
}
