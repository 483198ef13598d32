using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>Takes the steps of an update rule on flat vectors: at once where the rule acts entry by entry, or parameter tensor by
/// parameter tensor where it reduces over one or reads its shape.</summary>
/// <remarks>A number state is shared by all tensors: each reads its value from before the step, and none can make it depend on what a
/// tensor holds, so all compute the same new value.</remarks>
/// <param name="rule">The rule.</param>
/// <param name="parameters">The parameter tensors that it trains, in the flat vectors that it is given.</param>
/// <param name="settings">What it reads at which step and tensor; without it, what its fields hold, and seeds as they are given.</param>
internal sealed class RuleSteps(IUpdateRule rule, IReadOnlyList<ParameterSlice> parameters, RuleSettings? settings = null)
{
    private readonly bool runsPerTensor = rule.RunsPerTensor || settings is { DiffersByTensor: true };
    private readonly StateDeclaration[] states = [.. rule.States];

    // A tensor without entries has nothing to update, and some reductions refuse it.
    private readonly (ParameterSlice Slice, int Tensor)[] slices = [.. parameters.Select((slice, i) => (slice, i)).Where(item => item.slice.Count > 0)];

    /// <summary>One step: (θ, o) becomes (θ', o').</summary>
    /// <param name="state">θ, g and o as flat vectors [p], and t. θ' is another vector, unless θ may be overwritten.</param>
    public void Step(UpdateState state)
    {
        if (runsPerTensor)
        {
            StepEach(state, null);
            return;
        }
        settings?.Publish(state.Step - 1, 0);
        rule.Step(state);
    }

    /// <summary>One step with its derivative: also (θ̇, ȯ) becomes (θ̇', ȯ').</summary>
    /// <param name="state">θ, g and o as flat vectors [p], and t. θ is not written: θ' is another vector.</param>
    /// <param name="tangents">θ̇, ġ and ȯ as matrices [q, p], and φ̇.</param>
    public void TangentStep(UpdateState state, UpdateTangents tangents)
    {
        if (runsPerTensor)
        {
            StepEach(state, tangents);
            return;
        }
        if (settings is not null)
        {
            settings.Publish(state.Step - 1, 0);
            tangents.Reseed(settings.Seeds(state.Step - 1, 0));
        }
        rule.TangentStep(state, tangents);
    }

    /// <summary>The transpose of a step's derivative: (θ̄', ō') becomes (θ̄, ō) and ḡ, and φ̄ grows by what this step contributes.</summary>
    /// <param name="state">θ, g and o as flat vectors [p], and t, as they were before the step. Not changed.</param>
    /// <param name="adjoints">θ̄, ō as vectors [p], and φ̄.</param>
    public void AdjointStep(UpdateState state, UpdateAdjoints adjoints)
    {
        if (!runsPerTensor)
        {
            settings?.Publish(state.Step - 1, 0);
            adjoints.Columns = settings?.Columns(state.Step - 1, 0);
            rule.AdjointStep(state, adjoints);
            return;
        }
        using var scope = NewDisposeScope();
        // What depends on the new number is counted once, though every tensor computes that number; what the old one does to each tensor adds up.
        Tensor?[] numbers = [.. states.Select((declared, i) => declared.IsNumber ? adjoints.StateAt(i).clone() : null)];
        foreach (Tensor? number in states.Select((declared, i) => declared.IsNumber ? adjoints.StateAt(i) : null))
            number?.zero_();
        foreach ((ParameterSlice slice, int tensor) in slices)
        {
            using var sliceScope = NewDisposeScope();
            settings?.Publish(state.Step - 1, tensor);
            rule.AdjointStep(state.Slice(slice), adjoints.Slice(slice, numbers, settings?.Columns(state.Step - 1, tensor)));
            for (int i = 0; i < states.Length; i++)
            {
                if (numbers[i] is not { } number)
                    continue;
                adjoints.StateAt(i).AddInPlace(number);
                number.zero_();
            }
        }
    }

    private void StepEach(UpdateState state, UpdateTangents? tangents)
    {
        if (slices.Length == 0)
            return;
        Tensor updated = state.Parameter.empty_like();
        (UpdateState State, UpdateTangents? Tangents)? first = null;
        foreach ((ParameterSlice slice, int tensor) in slices)
        {
            using var sliceScope = NewDisposeScope();
            settings?.Publish(state.Step - 1, tensor);
            UpdateState part = state.Slice(slice);
            UpdateTangents? partTangents = tangents?.Slice(slice, settings?.Seeds(state.Step - 1, tensor));
            if (partTangents is null)
                rule.Step(part);
            else
                rule.TangentStep(part, partTangents);
            slice.Write(slice.Of(updated), part.Parameter, "the parameter");
            first ??= (part, partTangents);
        }
        for (int i = 0; i < states.Length; i++)
        {
            if (!states[i].IsNumber)
                continue;
            state.Replace(i, first!.Value.State.NumberAt(i));
            tangents?.Replace(i, first.Value.Tangents!.NumberAt(i));
        }
        state.Parameter = updated;
    }
}
