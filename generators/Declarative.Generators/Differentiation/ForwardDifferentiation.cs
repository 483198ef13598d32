using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Differentiation;

/// <summary>Forward differentiation: after each statement, the one that computes its tangent. What does not depend on an active
/// input has no tangent, and no statement.</summary>
internal static class ForwardDifferentiation
{
    /// <summary>The rule's statements, each followed by its tangent.</summary>
    public static EquatableArray<Statement> Differentiate(RuleBody rule)
    {
        return Block(rule.Statements, [.. rule.ActiveInputs]);
    }

    private static EquatableArray<Statement> Block(EquatableArray<Statement> statements, HashSet<Variable> active)
    {
        var result = new List<Statement>();
        foreach (Statement statement in statements)
        {
            switch (statement)
            {
                case Let let:
                    result.Add(let);
                    if (Tangent(let, active) is { } tangent)
                    {
                        active.Add(let.Target);
                        result.Add(tangent);
                    }
                    break;
                case Branch branch:
                    result.Add(branch with { Then = Block(branch.Then, active), Else = Block(branch.Else, active) });
                    active.UnionWith(branch.Merges.Where(merge => active.Contains(merge.Then) || active.Contains(merge.Else)).Select(merge => merge.Target));
                    break;
            }
        }
        return result.ToEquatable();
    }

    private static bool Contains(this HashSet<Variable> active, Node node) => node is Variable variable && active.Contains(variable);

    private static DerivativeLet? Tangent(Let let, HashSet<Variable> active)
    {
        switch (let.Value)
        {
            case Variable copied when active.Contains(copied):
                return new(let.Target, EquatableArray.Of(new DerivativeTerm(Constant.One, copied)), EquatableArray<string>.Empty, let.Source);
            case Apply apply:
                DerivativeTerm[] terms = [.. Terms(let.Target, apply, active)];
                return terms.Length == 0 ? null : new(let.Target, terms.ToEquatable(), EquatableArray.Of(apply.Operation.Definition().Rule), let.Source);
            case Call call:
                DerivativeTerm[] supplied = [.. Terms(let.Target, call, active)];
                return supplied.Length == 0 ? null : new(let.Target, supplied.ToEquatable(), EquatableArray.Of(Call.Rule), let.Source);
            default:
                return null;
        }
    }

    private static IEnumerable<DerivativeTerm> Terms(Variable target, Call call, HashSet<Variable> active)
    {
        for (int i = 0; i < call.Arguments.Count; i++)
            if (call.Arguments[i] is Variable argument && active.Contains(argument) && call.HasPartial(i))
                yield return new DerivativeTerm(call.PartialOf(i, target), argument);
    }

    private static IEnumerable<DerivativeTerm> Terms(Variable target, Apply apply, HashSet<Variable> active)
    {
        OperationDefinition definition = apply.Operation.Definition();
        for (int i = 0; i < apply.Arguments.Count; i++)
        {
            if (apply.Arguments[i] is not Variable argument || !active.Contains(argument)
                || definition.PartialOf(apply.Arguments, target, i) is not { } factor || factor is Constant { Value: 0 })
                continue;
            LinearMap? map = definition.Forward?.Invoke(apply.Arguments, target, i);
            yield return map is null || factor is Constant { Value: 1 } ? new(factor, argument, map)
                : new(Constant.One, argument, map.Weighted(factor));
        }
    }
}
