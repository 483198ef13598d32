using Declarative.Rules;

namespace Declarative;

/// <summary>An optimizer whose update rule has been differentiated. The generated part of a class with an
/// <see cref="UpdateRuleAttribute">update rule</see> implements it.</summary>
public interface IUpdateRule : IHyperparameterOwner
{
    /// <summary>The states o, in source order.</summary>
    IReadOnlyList<StateDeclaration> States { get; }

    /// <summary>Whether the rule must see one parameter tensor at a time, as it reduces over a tensor (a norm, a mean) or reads its shape.
    /// Then each step below is taken on every tensor in turn: what is said to be [p] there has the tensor's shape, and what is [q, p] is
    /// [q, *shape]. A rule that acts entry by entry takes a step on all of θ at once.</summary>
    bool RunsPerTensor => false;

    /// <summary>One step: (θ, o) becomes (θ', o').</summary>
    /// <param name="state">θ, g and o as flat vectors [p], and t.</param>
    void Step(UpdateState state);

    /// <summary>One step with its derivative: also (θ̇, ȯ) becomes (θ̇', ȯ'), the tangents with respect to all q coordinates u.</summary>
    /// <param name="state">θ, g and o as flat vectors [p], and t.</param>
    /// <param name="tangents">θ̇, ġ and ȯ as matrices [q, p], and φ̇.</param>
    void TangentStep(UpdateState state, UpdateTangents tangents);

    /// <summary>The transpose of a step's derivative: (θ̄', ō') becomes (θ̄, ō) and ḡ, and φ̄ grows by what this step contributes.</summary>
    /// <param name="state">θ, g and o as flat vectors [p], and t, as they were before the step. Not changed.</param>
    /// <param name="adjoints">θ̄, ō as vectors [p], and φ̄.</param>
    void AdjointStep(UpdateState state, UpdateAdjoints adjoints);
}
