using System;
using System.Collections.Generic;
using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>Reading and rewriting the expressions of statements.</summary>
internal static class Statements
{
    /// <summary>All statements, those of the arms of branches included.</summary>
    public static IEnumerable<Statement> All(this IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            yield return statement;
            if (statement is Branch branch)
                foreach (Statement inner in branch.Then.Concat(branch.Else).All())
                    yield return inner;
        }
    }

    /// <summary>The expressions that a statement itself evaluates, without those of its arms.</summary>
    public static IEnumerable<Node> Expressions(this Statement statement) => statement switch
    {
        Let let => [let.Value],
        DerivativeLet derivative => derivative.Terms.SelectMany(Expressions).Concat(derivative.Like is { } like ? [like] : []),
        Branch branch => branch.Merges.SelectMany(merge => new[] { merge.Then, merge.Else }).Prepend(branch.Condition),
        _ => [],
    };

    /// <summary>The expressions that a term evaluates.</summary>
    public static IEnumerable<Node> Expressions(this DerivativeTerm term) => term.Map is not { } map ? [term.Partial]
        : map.Operands.Append(term.Partial).Concat(map.Weight is { } weight ? [weight] : []);

    /// <summary>The variables in an expression, each as often as it occurs.</summary>
    public static IEnumerable<Variable> Variables(this Node node) => node switch
    {
        Variable variable => [variable],
        Apply apply => apply.Arguments.SelectMany(Variables),
        Call call => call.Arguments.SelectMany(Variables),
        NodeList list => list.Items.SelectMany(Variables),
        Sum sum => sum.Terms.SelectMany(term => Variables(term.Factor).Concat(term.Tensor is null ? [] : Variables(term.Tensor))),
        _ => [],
    };

    /// <summary>The operations in an expression, outermost first.</summary>
    public static IEnumerable<Apply> Operations(this Node node) => node switch
    {
        Apply apply => apply.Arguments.SelectMany(Operations).Prepend(apply),
        Call call => call.Arguments.SelectMany(Operations),
        Sum sum => sum.Terms.SelectMany(term => Operations(term.Factor).Concat(term.Tensor is null ? [] : Operations(term.Tensor))),
        _ => [],
    };

    /// <summary>The settings in an expression.</summary>
    public static IEnumerable<Setting> Settings(this Node node) => node switch
    {
        Setting setting => [setting],
        Apply apply => apply.Arguments.SelectMany(Settings),
        Call call => call.Arguments.SelectMany(Settings),
        Sum sum => sum.Terms.SelectMany(term => Settings(term.Factor).Concat(term.Tensor is null ? [] : Settings(term.Tensor))),
        _ => [],
    };

    /// <summary>Replaces the expressions of a statement and of its arms.</summary>
    public static Statement Rewrite(this Statement statement, Func<Node, Node> rewrite) => statement switch
    {
        Let let => let with { Value = rewrite(let.Value) },
        DerivativeLet derivative => derivative with
        {
            Terms = derivative.Terms.Select(term => term.Rewrite(rewrite)).ToEquatable(),
            // A copy has the shape of what was copied.
            Like = derivative.Like is { } like ? rewrite(like) as Variable ?? like : null,
        },
        Branch branch => branch with
        {
            Condition = rewrite(branch.Condition),
            Then = branch.Then.Select(inner => inner.Rewrite(rewrite)).ToEquatable(),
            Else = branch.Else.Select(inner => inner.Rewrite(rewrite)).ToEquatable(),
            Merges = branch.Merges.Select(merge => merge with { Then = rewrite(merge.Then), Else = rewrite(merge.Else) }).ToEquatable(),
        },
        _ => statement,
    };

    private static DerivativeTerm Rewrite(this DerivativeTerm term, Func<Node, Node> rewrite) => term with
    {
        Partial = rewrite(term.Partial),
        Map = term.Map is not { } map ? null : map with
        {
            Operands = map.Operands.Select(rewrite).ToEquatable(),
            Weight = map.Weight is { } weight ? rewrite(weight) : null,
        },
    };

    /// <summary>Replaces variables by expressions, and by what those contain.</summary>
    public static Node Substitute(this Node node, IReadOnlyDictionary<Variable, Node> replacements) => node is Variable variable
        ? replacements.TryGetValue(variable, out Node replacement) ? replacement.Substitute(replacements) : node
        : Algebra.Rewrite(node, argument => argument.Substitute(replacements));
}
