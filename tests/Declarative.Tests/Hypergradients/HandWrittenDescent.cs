using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Hypergradients;

/// <summary>θ ← θ - η g, differentiated by hand, wrongly where it is asked to.</summary>
/// <param name="tangentFactor">What the tangent of η is multiplied by; 1 is right.</param>
/// <param name="adjointFactor">What the adjoint of η is multiplied by; 1 is right.</param>
internal sealed class HandWrittenDescent : IUpdateRule
{
    private readonly double tangentFactor;
    private readonly double adjointFactor;
    private double rate;

    public HandWrittenDescent(double tangentFactor = 1, double adjointFactor = 1)
    {
        this.tangentFactor = tangentFactor;
        this.adjointFactor = adjointFactor;
        Hyperparameters = new([new NumberHyperparameter("rate", HyperparameterDomain.Of(Domain.Positive), .2, value => rate = value)]);
    }

    public HyperparameterSet Hyperparameters { get; }

    public IReadOnlyList<StateDeclaration> States { get; } = [];

    public void Step(UpdateState state) => state.Parameter = state.Parameter.Add(state.Gradient, -rate);

    public void TangentStep(UpdateState state, UpdateTangents tangents)
    {
        tangents.Parameter = tangents.Parameter.Add(tangents.Gradient, -rate).AddOuterInPlace(tangents.HyperparameterAt(0), state.Gradient, -tangentFactor);
        Step(state);
    }

    public void AdjointStep(UpdateState state, UpdateAdjoints adjoints)
    {
        adjoints.AddHyperparameter(0, adjoints.Parameter.mul(state.Gradient).sum().Scale(-adjointFactor));
        adjoints.Replace(adjoints.Parameter.Scale(-rate), adjoints.Parameter.clone());
    }
}
