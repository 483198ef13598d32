using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Differentiation;

/// <summary>Folds a derivative that is used once into the sum that uses it. Of tangents, a pass over a matrix [q, p] is saved for each,
/// at the price of one over a vector [p] for its coefficient.</summary>
internal static class DerivativeFolding
{
    /// <summary>Folds what can be folded.</summary>
    /// <param name="statements">A differentiated rule.</param>
    /// <param name="merged">The variables whose derivatives the arms of branches hand on.</param>
    /// <param name="results">What must stay a statement of its own: it is what a reader looks for.</param>
    public static EquatableArray<Statement> Fold(EquatableArray<Statement> statements, HashSet<Variable> merged, IEnumerable<Variable> results)
    {
        statements = Needed(statements, merged, [.. results]);
        var uses = new Dictionary<Variable, int>();
        var maps = new Dictionary<Variable, LinearMap>();
        foreach (DerivativeTerm term in statements.All().OfType<DerivativeLet>().SelectMany(derivative => derivative.Terms))
            if (term.Map is { } map)
                maps[term.Of] = map;
        foreach (Variable used in statements.All().SelectMany(statement => Used(statement, merged)))
            uses[used] = uses.TryGetValue(used, out int count) ? count + 1 : 1;
        foreach (Variable result in results)
            uses[result] = 2;
        HashSet<Variable> fixedOnes = [.. results, .. statements.All().OfType<Branch>().SelectMany(branch => branch.Exports),
            .. statements.All().OfType<Branch>().SelectMany(branch => branch.Merges).Where(merge => merged.Contains(merge.Target))
                .SelectMany(merge => new[] { merge.Then, merge.Else }).OfType<Variable>()];
        return Fold(statements, uses, maps, fixedOnes, []);
    }

    // The derivatives that a result depends on: each is used after it is defined, so that the last are looked at first.
    private static EquatableArray<Statement> Needed(EquatableArray<Statement> block, HashSet<Variable> merged, HashSet<Variable> needed)
    {
        var kept = new List<Statement>();
        foreach (Statement statement in block.Reverse())
        {
            switch (statement)
            {
                case DerivativeLet derivative when !needed.Contains(derivative.Target):
                    break;
                case DerivativeLet derivative:
                    needed.UnionWith(derivative.Terms.Select(term => term.Of));
                    kept.Add(derivative);
                    break;
                case Branch branch:
                    needed.UnionWith(branch.Exports);
                    needed.UnionWith(branch.Merges.Where(merge => merged.Contains(merge.Target) && needed.Contains(merge.Target))
                        .SelectMany(merge => new[] { merge.Then, merge.Else }).OfType<Variable>());
                    kept.Add(branch with { Then = Needed(branch.Then, merged, needed), Else = Needed(branch.Else, merged, needed) });
                    break;
                default:
                    kept.Add(statement);
                    break;
            }
        }
        kept.Reverse();
        return kept.ToEquatable();
    }

    private static IEnumerable<Variable> Used(Statement statement, HashSet<Variable> merged) => statement switch
    {
        DerivativeLet derivative => derivative.Terms.Select(term => term.Of),
        // Twice, so that what an arm hands on is never folded.
        Branch branch => branch.Merges.Where(merge => merged.Contains(merge.Target))
            .SelectMany(merge => new[] { merge.Then, merge.Else, merge.Then, merge.Else }).OfType<Variable>(),
        _ => [],
    };

    private static EquatableArray<Statement> Fold(
        EquatableArray<Statement> block, Dictionary<Variable, int> uses, Dictionary<Variable, LinearMap> maps, HashSet<Variable> fixedOnes,
        Dictionary<Variable, DerivativeLet> outer)
    {
        var usedHere = new HashSet<Variable>(block.OfType<DerivativeLet>().SelectMany(derivative => derivative.Terms).Select(term => term.Of));
        var folded = new Dictionary<Variable, DerivativeLet>(outer);
        // A multiple of another derivative costs nothing wherever it is used, in the arms of later branches too.
        var multiples = new Dictionary<Variable, DerivativeLet>(outer);
        var result = new List<Statement>();
        foreach (Statement statement in block)
        {
            switch (statement)
            {
                case DerivativeLet derivative:
                    DerivativeLet whole = Expand(derivative, folded);
                    int count = uses.TryGetValue(derivative.Target, out int found) ? found : 0;
                    bool passes = !maps.TryGetValue(whole.Target, out LinearMap? map) || CanPass(whole, map);
                    bool isMultiple = passes && whole.Terms.Count == 1 && whole.Terms[0] is { Partial.Kind: ValueKind.Number, Map: null or { IsView: true } } only
                        && only.Of.Kind == whole.Target.Kind && !fixedOnes.Contains(whole.Target);
                    if (isMultiple)
                        multiples.Add(derivative.Target, whole);
                    if (isMultiple || (passes && count == 1 && usedHere.Contains(derivative.Target)))
                        folded.Add(derivative.Target, whole);
                    else if (count > 0)
                        result.Add(whole.WithShape());
                    break;
                case Branch branch:
                    result.Add(branch with { Then = Fold(branch.Then, uses, maps, fixedOnes, multiples), Else = Fold(branch.Else, uses, maps, fixedOnes, multiples) });
                    break;
                default:
                    result.Add(statement);
                    break;
            }
        }
        return result.ToEquatable();
    }

    private static DerivativeLet Expand(DerivativeLet tangent, Dictionary<Variable, DerivativeLet> folded)
    {
        var terms = new List<DerivativeTerm>();
        var rules = new List<string>(tangent.Rules);
        foreach (DerivativeTerm term in tangent.Terms)
        {
            if (!folded.TryGetValue(term.Of, out DerivativeLet inner))
            {
                Collect(terms, term);
                continue;
            }
            foreach (DerivativeTerm part in inner.Terms)
                Collect(terms, Through(term, part));
            rules.AddRange(inner.Rules);
        }
        return tangent with { Terms = terms.ToEquatable(), Rules = rules.Distinct().ToEquatable() };
    }

    // Whether what a derivative is made of can pass through a map that it is used with: a number does as a factor, a sum takes weights. A
    // weight of 0 would not do for a choice: what is not chosen may be no number.
    private static bool CanPass(DerivativeLet derivative, LinearMap map) => derivative.Terms.All(term =>
        term is { Map: null, Of.Kind: ValueKind.Tensor } && (term.Partial.Kind == ValueKind.Number || (map.TakesWeight && map.Weight is null && term.Partial is not Apply { Operation: Operation.KeepWhere })));

    private static DerivativeTerm Through(DerivativeTerm outer, DerivativeTerm inner)
    {
        if (outer.Map is not { } map)
            return inner with { Partial = Algebra.Multiply(outer.Partial, inner.Partial) };
        return inner.Partial.Kind == ValueKind.Number
            ? new(Algebra.Multiply(outer.Partial, inner.Partial), inner.Of, map)
            : new(outer.Partial, inner.Of, map.Weighted(inner.Partial));
    }

    private static void Collect(List<DerivativeTerm> terms, DerivativeTerm term)
    {
        int same = terms.FindIndex(other => other.Of == term.Of && Equals(other.Map, term.Map));
        if (same < 0)
            terms.Add(term);
        else
            terms[same] = term with { Partial = Algebra.Add(terms[same].Partial, term.Partial) };
    }
}
