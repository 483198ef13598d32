using Declarative.Rules;

namespace Declarative.Tests.Rules;

/// <summary>A rule as the modes run it: on flat vectors that hold tensors of these shapes.</summary>
internal sealed class SlicedRule(IUpdateRule rule, params long[][] shapes) : IUpdateRule
{
    private readonly RuleSteps steps = new(rule, SlicesOf(shapes));

    public HyperparameterSet Hyperparameters => rule.Hyperparameters;

    public IReadOnlyList<StateDeclaration> States => rule.States;

    public void Step(UpdateState state) => steps.Step(state);

    public void TangentStep(UpdateState state, UpdateTangents tangents) => steps.TangentStep(state, tangents);

    public void AdjointStep(UpdateState state, UpdateAdjoints adjoints) => steps.AdjointStep(state, adjoints);

    private static List<ParameterSlice> SlicesOf(long[][] shapes)
    {
        var slices = new List<ParameterSlice>();
        foreach (long[] shape in shapes)
            slices.Add(new($"tensor{slices.Count}", slices.Sum(slice => slice.Count), shape.Aggregate(1L, (count, size) => count * size), shape));
        return slices;
    }
}
