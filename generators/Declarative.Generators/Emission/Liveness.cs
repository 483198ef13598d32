using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Which tensors nobody reads any more, so that a sum may be made in place of one. It follows either the values of a step or
/// its tangents.</summary>
internal sealed class Liveness
{
    private readonly System.Func<Statement, IEnumerable<Variable>> reads;
    private readonly HashSet<Variable> shared;
    private readonly Dictionary<Variable, HashSet<Variable>> successors = [];

    private Liveness(System.Func<Statement, IEnumerable<Variable>> reads, IEnumerable<Variable> shared)
    {
        this.reads = reads;
        this.shared = [.. shared];
    }

    /// <summary>Follows the values. θ has one writer, and g belongs to whoever computed it: neither may be written here.</summary>
    public static Liveness OfValues(RuleBody rule, StepBody step)
    {
        var liveness = new Liveness(
            statement => statement.Expressions().SelectMany(Statements.Variables),
            // The value of a method of the user's may be an argument of it.
            Handed(step.Statements).Concat([rule.Parameter, rule.Gradient]).Concat(step.Statements.All().OfType<Let>()
                .SelectMany(let => let.Value is Variable or Call || Operations.IsView(let.Value) ? let.Value.Variables().Append(let.Target) : [])));
        liveness.Keep(rule.States, step.FinalStates, step);
        return liveness;
    }

    /// <summary>Follows the tangents.</summary>
    public static Liveness OfTangents(RuleBody rule, StepBody step)
    {
        var liveness = new Liveness(
            statement => statement switch
            {
                DerivativeLet tangent => tangent.Terms.Select(term => term.Of),
                Branch branch => branch.Merges.SelectMany(merge => new[] { merge.Then, merge.Else }).OfType<Variable>(),
                _ => [],
            },
            // A tangent that is another one as it is shares its memory.
            Handed(step.Statements).Concat(step.Statements.All().OfType<DerivativeLet>()
                .Where(tangent => tangent.IsAlias)
                .SelectMany(tangent => new[] { tangent.Target, tangent.Terms[0].Of })));
        liveness.Keep([.. rule.States, rule.Parameter], [.. step.FinalStates, step.Result], step);
        return liveness;
    }

    /// <summary>What is still read after a statement of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="index">The statement.</param>
    /// <param name="after">What is read after the block.</param>
    public HashSet<Variable> After(EquatableArray<Statement> block, int index, HashSet<Variable> after) =>
        [.. after.Concat(block.Skip(index + 1).All().SelectMany(reads))];

    /// <summary>What is read after the arms of a branch.</summary>
    public HashSet<Variable> AfterArms(Branch branch, HashSet<Variable> after) => [.. after.Concat(reads(branch))];

    /// <summary>Whether a tensor may be overwritten.</summary>
    /// <param name="variable">The tensor.</param>
    /// <param name="after">What is still read.</param>
    /// <param name="target">What would take its memory.</param>
    public bool IsDead(Variable variable, HashSet<Variable> after, Variable target) => !shared.Contains(variable) && !after.Contains(variable)
        && (!successors.TryGetValue(variable, out HashSet<Variable> allowed) || allowed.Contains(target));

    /// <summary>Whether what is kept becomes, under another name, nothing but itself: it needs no tensor of its own.</summary>
    public bool IsPassedOn(Node node, Variable merged) => node is Variable variable && successors.TryGetValue(variable, out HashSet<Variable> allowed) && allowed.Contains(merged);

    // What is kept is released when it is replaced. So its memory may only go to what replaces it, and to nothing else that is kept.
    private void Keep(IReadOnlyList<Variable> kept, IReadOnlyList<Node> finals, StepBody step)
    {
        Merge[] merges = [.. MergesOf([.. step.FinalStates, step.Result], step.Statements)];
        Node[] handed = [.. finals, .. merges.SelectMany(merge => new[] { merge.Then, merge.Else })];
        for (int i = 0; i < kept.Count; i++)
            successors[kept[i]] = [.. Becoming(finals[i])];

        IEnumerable<Variable> Becoming(Node final) => final is Variable variable && handed.Count(node => node.Equals(final)) == 1
            ? merges.Where(merge => merge.Target == variable).SelectMany(merge => Becoming(merge.Then).Concat(Becoming(merge.Else))).Append(variable)
            : [];
    }

    // The merges that hand on what is kept; whoever reads the others has done so before anything is released.
    private static IEnumerable<Merge> MergesOf(IEnumerable<Node> kept, EquatableArray<Statement> statements)
    {
        Merge[] merges = [.. statements.All().OfType<Branch>().SelectMany(branch => branch.Merges)];
        var found = new HashSet<Merge>();
        var open = new Stack<Node>(kept);
        while (open.Count > 0)
        {
            Node node = open.Pop();
            foreach (Merge merge in merges.Where(merge => merge.Target.Equals(node) && found.Add(merge)))
            {
                open.Push(merge.Then);
                open.Push(merge.Else);
            }
        }
        return found;
    }

    // What an arm hands on has two names from then on.
    private static IEnumerable<Variable> Handed(EquatableArray<Statement> statements) => statements.All().OfType<Branch>()
        .SelectMany(branch => branch.Merges).SelectMany(merge => new[] { merge.Then, merge.Else, merge.Target }).OfType<Variable>();
}
