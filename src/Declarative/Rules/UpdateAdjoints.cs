using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>The adjoints that go with an <see cref="UpdateState"/>: derivatives of one number, the validation loss, with respect to what a
/// step reads. Generated code carries them from after a step to before it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UpdateAdjoints : IDisposable
{
    private readonly Tensor[] states;
    private readonly Tensor hyperparameters;
    private Tensor parameter;
    private Tensor gradient;

    /// <summary>The adjoints after the last step: that of θ is given, those of o and φ are zero.</summary>
    /// <param name="states">The rule's states.</param>
    /// <param name="hyperparameters">The number of the rule's hyperparameters.</param>
    /// <param name="parameter">θ̄ [p]; copied.</param>
    public UpdateAdjoints(IReadOnlyList<StateDeclaration> states, int hyperparameters, Tensor parameter)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(parameter);
        using var scope = NewDisposeScope();
        this.parameter = parameter.detach().clone().DetachFromDisposeScope();
        gradient = zeros_like(this.parameter).DetachFromDisposeScope();
        this.states = [.. states.Select(state => (state.IsNumber ? Zero : zeros_like(this.parameter)).DetachFromDisposeScope())];
        this.hyperparameters = zeros([hyperparameters], parameter.dtype, parameter.device).DetachFromDisposeScope();
    }

    /// <summary>θ̄ [p].</summary>
    public Tensor Parameter => parameter;

    /// <summary>ḡ [p], of the gradient that the step used.</summary>
    public Tensor Gradient => gradient;

    /// <summary>φ̄ of all hyperparameters of the rule, summed over the steps so far.</summary>
    public Tensor Hyperparameters => hyperparameters;

    /// <summary>0, as a scalar.</summary>
    public Tensor Zero => zeros([], parameter.dtype, parameter.device);

    /// <summary>The adjoint of a state, [p] or, of a number, [].</summary>
    public Tensor StateAt(int index) => states[index];

    /// <summary>The adjoints of all states.</summary>
    public IReadOnlyList<Tensor> States => states;

    /// <summary>Adds to θ̄ what θ contributes through the gradient.</summary>
    public void AddParameter(Tensor value) => parameter.add_(value);

    /// <summary>Adds what a step contributes to the adjoint of a hyperparameter.</summary>
    public void AddHyperparameter(int index, Tensor value)
    {
        using Tensor total = hyperparameters.select(0, index);
        total.add_(value);
    }

    /// <summary>Replaces all adjoints by those before the step. They are taken out of their dispose scope and owned from now on.</summary>
    /// <remarks>An array, and no span, for projects in a language older than C# 13.</remarks>
    public void Replace(Tensor gradientAdjoint, Tensor parameterAdjoint, params Tensor[] stateAdjoints)
    {
        ArgumentNullException.ThrowIfNull(stateAdjoints);
        Owned.Replace(ref gradient, gradientAdjoint);
        Owned.Replace(ref parameter, parameterAdjoint);
        for (int i = 0; i < stateAdjoints.Length; i++)
            Owned.Replace(ref states[i], stateAdjoints[i]);
    }

    /// <summary>Releases the adjoints.</summary>
    public void Dispose()
    {
        parameter.Dispose();
        gradient.Dispose();
        hyperparameters.Dispose();
        foreach (Tensor state in states)
            state.Dispose();
    }
}
