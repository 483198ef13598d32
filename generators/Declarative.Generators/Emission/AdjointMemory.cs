using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Whose memory an adjoint step may use again. Every sum makes a new tensor, unless all it holds is one adjoint as it is: then both
/// are the same memory. The adjoints that a step is given belong to whoever called it.</summary>
internal sealed class AdjointMemory
{
    private readonly EquatableArray<Statement> statements;
    private readonly HashSet<Variable> given;
    private readonly HashSet<Variable> shared;

    public AdjointMemory(AdjointBody step)
    {
        statements = step.Statements;
        given = [.. step.Seeds];
        shared = [.. Adjoints.Where(adjoint => adjoint.IsAlias).SelectMany(adjoint => new[] { adjoint.Target, adjoint.Terms[0].Of })];
    }

    private IEnumerable<DerivativeLet> Adjoints => statements.All().OfType<DerivativeLet>();

    /// <summary>The adjoints that statements read.</summary>
    public static IEnumerable<Variable> ReadsOf(IEnumerable<Statement> statements) =>
        statements.All().OfType<DerivativeLet>().SelectMany(adjoint => adjoint.Terms).Select(term => term.Of);

    /// <summary>Whether an adjoint may be made in the memory of one that it is a sum of.</summary>
    /// <param name="target">The adjoint to be made.</param>
    /// <param name="of">What it is a sum of.</param>
    /// <param name="after">What is still read afterwards.</param>
    public bool IsFree(DerivativeLet target, Variable of, ICollection<Variable> after) => !given.Contains(of) && !shared.Contains(of) && !after.Contains(of)
        && of.Extent == target.Target.Extent && target.Terms.Count(term => term.Of == of) == 1;

    /// <summary>Whether an adjoint is a tensor that no other of these is, and that no caller has given.</summary>
    public bool IsOwn(Variable variable, IEnumerable<Variable> others)
    {
        HashSet<Variable> origins = Origins(variable);
        return !origins.Overlaps(given) && !others.Any(other => origins.Overlaps(Origins(other)));
    }

    // The adjoints whose memory it may be; of a branch, that of either arm.
    private HashSet<Variable> Origins(Variable variable)
    {
        if (given.Contains(variable))
            return [variable];
        var origins = new HashSet<Variable>();
        foreach (DerivativeLet adjoint in Adjoints.Where(adjoint => adjoint.Target == variable))
            if (adjoint.IsAlias)
                origins.UnionWith(Origins(adjoint.Terms[0].Of));
            else
                origins.Add(variable);
        return origins;
    }
}
