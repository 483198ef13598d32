using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Differentiation;

/// <summary>Folds a tangent that is used once into the sum that uses it. A pass over a matrix [q, p] is saved for each, at the
/// price of one over a vector [p] for its coefficient.</summary>
internal static class TangentFolding
{
    public static EquatableArray<Statement> Fold(StepBody step, RuleBody rule)
    {
        HashSet<Variable> active = Activity.Of(rule, step.Statements);
        var uses = new Dictionary<Variable, int>();
        foreach (Variable used in step.Statements.All().SelectMany(statement => Used(statement, active)))
            uses[used] = uses.TryGetValue(used, out int count) ? count + 1 : 1;
        // Results stay statements of their own: they are what a reader looks for.
        foreach (Variable result in step.FinalStates.Append(step.Result).OfType<Variable>())
            uses[result] = 2;
        return Fold(step.Statements, uses);
    }

    private static IEnumerable<Variable> Used(Statement statement, HashSet<Variable> active) => statement switch
    {
        TangentLet tangent => tangent.Terms.Select(term => term.Of),
        // Twice, so that what an arm hands on is never folded.
        Branch branch => branch.Merges.Where(merge => active.Contains(merge.Target))
            .SelectMany(merge => new[] { merge.Then, merge.Else, merge.Then, merge.Else }).OfType<Variable>(),
        _ => [],
    };

    private static EquatableArray<Statement> Fold(EquatableArray<Statement> block, Dictionary<Variable, int> uses)
    {
        var usedHere = new HashSet<Variable>(block.OfType<TangentLet>().SelectMany(tangent => tangent.Terms).Select(term => term.Of));
        var folded = new Dictionary<Variable, TangentLet>();
        var result = new List<Statement>();
        foreach (Statement statement in block)
        {
            switch (statement)
            {
                case TangentLet tangent:
                    TangentLet whole = Expand(tangent, folded);
                    int count = uses.TryGetValue(tangent.Target, out int found) ? found : 0;
                    if (count == 1 && usedHere.Contains(tangent.Target))
                        folded.Add(tangent.Target, whole);
                    else if (count > 0)
                        result.Add(whole);
                    break;
                case Branch branch:
                    result.Add(branch with { Then = Fold(branch.Then, uses), Else = Fold(branch.Else, uses) });
                    break;
                default:
                    result.Add(statement);
                    break;
            }
        }
        return result.ToEquatable();
    }

    private static TangentLet Expand(TangentLet tangent, Dictionary<Variable, TangentLet> folded)
    {
        var terms = new List<TangentTerm>();
        var rules = new List<string>(tangent.Rules);
        foreach (TangentTerm term in tangent.Terms)
        {
            if (!folded.TryGetValue(term.Of, out TangentLet inner))
            {
                Collect(terms, term);
                continue;
            }
            foreach (TangentTerm part in inner.Terms)
                Collect(terms, part with { Partial = Algebra.Multiply(term.Partial, part.Partial) });
            rules.AddRange(inner.Rules);
        }
        return tangent with { Terms = terms.ToEquatable(), Rules = rules.Distinct().ToEquatable() };
    }

    private static void Collect(List<TangentTerm> terms, TangentTerm term)
    {
        int same = terms.FindIndex(other => other.Of == term.Of);
        if (same < 0)
            terms.Add(term);
        else
            terms[same] = term with { Partial = Algebra.Add(terms[same].Partial, term.Partial) };
    }
}
