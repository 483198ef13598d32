using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Who may keep a tensor. A state, and a tangent, is kept beyond the step, so it must be a tensor of its own: where it would
/// be an input, or something kept already, a clone takes its place. One instance serves the values of a step, one the tangents.</summary>
internal sealed class Ownership
{
    private readonly HashSet<Variable> kept;
    private readonly HashSet<Variable> fresh;
    private readonly HashSet<Variable> taken = [];

    private Ownership(IEnumerable<Variable> kept, IEnumerable<Variable> fresh)
    {
        this.kept = [.. kept];
        this.fresh = [.. fresh];
    }

    /// <summary>For the values: every expression makes a new tensor, but a variable and a view do not, nor need a method of the user's.</summary>
    public static Ownership OfValues(EquatableArray<Statement> statements, IEnumerable<Node> kept) => new(
        kept.OfType<Variable>(),
        statements.All().OfType<Let>().Where(let => let.Value is not (Variable or Call) && !Operations.IsView(let.Value)).Select(let => let.Target).Concat(Merged(statements)));

    /// <summary>For the tangents: every sum makes a new tensor, unless all it holds is one tangent as it is.</summary>
    public static Ownership OfTangents(EquatableArray<Statement> statements, IEnumerable<Node> kept) => new(
        kept.OfType<Variable>(),
        statements.All().OfType<DerivativeLet>()
            .Where(tangent => !tangent.IsAlias)
            .Select(tangent => tangent.Target).Concat(Merged(statements)));

    /// <summary>Notes a variable that has a tensor of its own.</summary>
    public void Own(Variable variable) => fresh.Add(variable);

    /// <summary>Writes a tensor that is kept after the step.</summary>
    public string Take(Node node, string text) => node is Variable variable && fresh.Contains(variable) && taken.Add(variable) ? text : text + ".clone()";

    /// <summary>Writes what an arm hands on to a variable after the branch; if that one is kept, it must be the arm's own.</summary>
    public string Give(Variable merged, EquatableArray<Statement> arm, Node node, string text)
    {
        bool isOwn = node is Variable variable && fresh.Contains(variable) && !kept.Contains(variable)
            && arm.Any(statement => statement is Let let && let.Target == variable || statement is DerivativeLet tangent && tangent.Target == variable);
        return kept.Contains(merged) && !(isOwn && taken.Add((Variable)node)) ? text + ".clone()" : text;
    }

    private static IEnumerable<Variable> Merged(EquatableArray<Statement> statements) =>
        statements.All().OfType<Branch>().SelectMany(branch => branch.Merges).Select(merge => merge.Target);
}
