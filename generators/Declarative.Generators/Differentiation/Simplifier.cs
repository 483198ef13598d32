using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Differentiation;

/// <summary>A step ready to be written down: simplified statements and the expressions of its results.</summary>
internal sealed record StepBody(EquatableArray<Statement> Statements, Node Result, EquatableArray<Node> FinalStates);

/// <summary>An adjoint step ready to be written down.</summary>
/// <param name="Statements">Its statements; those at the end give the adjoints of the rule's active inputs.</param>
/// <param name="Seeds">Stand-ins for θ' and then o', whose adjoints are given.</param>
internal sealed record AdjointBody(EquatableArray<Statement> Statements, EquatableArray<Variable> Seeds);

/// <summary>Simplifies a step: copies vanish, what is used once is folded into its use, what is not used is not computed, sums become
/// sums of terms, and a tensor that is needed twice is computed once.</summary>
internal static class Simplifier
{
    /// <summary>Simplifies the statements of a rule, differentiated or not.</summary>
    public static StepBody Simplify(RuleBody rule, EquatableArray<Statement> statements)
    {
        var step = new StepBody(statements, rule.Result, rule.FinalStates);
        step = PropagateCopies(step);
        step = step with
        {
            Statements = DerivativeFolding.Fold(step.Statements, Activity.Of(rule, step.Statements), step.FinalStates.Append(step.Result).OfType<Variable>()),
        };
        return Finish(step, rule, handsDerivatives: true);
    }

    /// <summary>Simplifies the adjoint step of a rule, whose results are the adjoints of the rule's active inputs.</summary>
    public static AdjointBody SimplifyAdjoint(RuleBody rule, AdjointBody step)
    {
        EquatableArray<Statement> folded = DerivativeFolding.Fold(step.Statements, [], rule.ActiveInputs);
        return step with { Statements = Finish(new(folded, rule.Parameter, EquatableArray<Node>.Empty), rule, handsDerivatives: false).Statements };
    }

    // In an adjoint step the merges of a branch hand on values only.
    private static StepBody Finish(StepBody step, RuleBody rule, bool handsDerivatives)
    {
        step = RemoveUnused(FoldBroadcasts(step), handsDerivatives);
        step = FoldTemporaries(step);
        // All derivatives are there: what stopped them is a copy.
        step = step with { Statements = step.Statements.Select(statement => statement.Rewrite(WithoutStops)).ToEquatable() };
        step = step with { Statements = SumOfTerms.Normalize(step.Statements) };
        return step with { Statements = CommonTensors.Share(step.Statements, rule) };
    }

    private static Node WithoutStops(Node node) => node is Apply { Operation: Operation.Stop } stop
        ? WithoutStops(stop.Arguments[0])
        : Algebra.Rewrite(node, WithoutStops);

    private static StepBody PropagateCopies(StepBody step)
    {
        var copies = new Dictionary<Variable, Node>();
        foreach (Statement statement in step.Statements.All())
            if (statement is Let { Value: Variable or Constant or Flag or Setting } let)
                copies.Add(let.Target, let.Value);
        StepBody substituted = Substitute(step, copies);
        return substituted with
        {
            Statements = Without(substituted.Statements, statement => statement is DerivativeLet tangent && copies.ContainsKey(tangent.Target)),
        };
    }

    private static StepBody RemoveUnused(StepBody step, bool handsDerivatives)
    {
        for (; ; )
        {
            Dictionary<Variable, int> uses = Uses(step);
            EquatableArray<Statement> kept = Keep(step.Statements, uses, handsDerivatives);
            if (kept.Equals(step.Statements))
                return step;
            step = step with { Statements = kept };
        }
    }

    private static EquatableArray<Statement> Keep(EquatableArray<Statement> statements, Dictionary<Variable, int> uses, bool handsDerivatives) => statements
        .Where(statement => statement is not Let let || uses.ContainsKey(let.Target))
        .Select(statement => statement is Branch branch
            ? branch with
            {
                Then = Keep(branch.Then, uses, handsDerivatives),
                Else = Keep(branch.Else, uses, handsDerivatives),
                Merges = handsDerivatives ? branch.Merges : branch.Merges.Where(merge => uses.ContainsKey(merge.Target)).ToEquatable(),
            }
            : statement)
        .Where(statement => statement is not Branch branch || branch.Merges.Count + branch.Exports.Count + branch.Then.Count + branch.Else.Count > 0)
        .ToEquatable();

    // Whoever reads a tensor as it meets another does so without computing it.
    private static StepBody FoldBroadcasts(StepBody step)
    {
        var folded = new Dictionary<Variable, Node>();
        foreach (Statement statement in step.Statements.All())
            if (statement is Let { Target.IsTemporary: true, Value: Apply { Operation: Operation.Broadcast } } let)
                folded.Add(let.Target, let.Value);
        return folded.Count == 0 ? step : Substitute(step, folded);
    }

    private static StepBody FoldTemporaries(StepBody step)
    {
        Dictionary<Variable, int> uses = Uses(step);
        var folded = new Dictionary<Variable, Node>();
        Collect(step.Statements);
        return Substitute(step, folded);

        // Only into a statement of the same block: an arm must not compute what stood before the branch, nor the other way round.
        void Collect(EquatableArray<Statement> block)
        {
            IEnumerable<Node> expressions = block.Where(statement => statement is not Branch).SelectMany(Statements.Expressions);
            var here = new HashSet<Variable>(expressions.SelectMany(Statements.Variables));
            foreach (Statement statement in block)
            {
                if (statement is Let { Target.IsTemporary: true } let && uses.TryGetValue(let.Target, out int count) && count == 1 && here.Contains(let.Target))
                    folded.Add(let.Target, let.Value);
                else if (statement is Branch branch)
                {
                    Collect(branch.Then);
                    Collect(branch.Else);
                }
            }
        }
    }

    private static StepBody Substitute(StepBody step, Dictionary<Variable, Node> replacements) => new(
        Without(step.Statements, statement => statement is Let let && replacements.ContainsKey(let.Target))
            .Select(statement => Tangents(statement.Rewrite(node => node.Substitute(replacements)), replacements))
            .ToEquatable(),
        step.Result.Substitute(replacements),
        step.FinalStates.Select(state => state.Substitute(replacements)).ToEquatable());

    private static EquatableArray<Statement> Without(EquatableArray<Statement> statements, Func<Statement, bool> isDropped) => statements
        .Where(statement => !isDropped(statement))
        .Select(statement => statement is Branch branch
            ? branch with { Then = Without(branch.Then, isDropped), Else = Without(branch.Else, isDropped) }
            : statement)
        .ToEquatable();

    // The tangent of a copy is the tangent of what was copied.
    private static Statement Tangents(Statement statement, Dictionary<Variable, Node> copies) => statement switch
    {
        DerivativeLet tangent => tangent with
        {
            Terms = tangent.Terms.Select(term => copies.ContainsKey(term.Of) && term.Of.Substitute(copies) is Variable original
                ? term with { Of = original } : term).ToEquatable(),
        },
        Branch branch => branch with
        {
            Then = branch.Then.Select(inner => Tangents(inner, copies)).ToEquatable(),
            Else = branch.Else.Select(inner => Tangents(inner, copies)).ToEquatable(),
        },
        _ => statement,
    };

    private static Dictionary<Variable, int> Uses(StepBody step)
    {
        var uses = new Dictionary<Variable, int>();
        // What a shape is read from stays a variable.
        IEnumerable<Node> shapes = step.Statements.All().OfType<DerivativeLet>().Select(derivative => derivative.Like).OfType<Variable>();
        IEnumerable<Node> all = step.Statements.All().SelectMany(Statements.Expressions).Append(step.Result).Concat(step.FinalStates).Concat(shapes);
        foreach (Variable variable in all.SelectMany(Statements.Variables))
            uses[variable] = uses.TryGetValue(variable, out int count) ? count + 1 : 1;
        return uses;
    }
}
