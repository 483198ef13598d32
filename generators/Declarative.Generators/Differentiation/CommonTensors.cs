using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Differentiation;

/// <summary>Computes a tensor that a block needs more than once only once.</summary>
internal static class CommonTensors
{
    public static EquatableArray<Statement> Share(EquatableArray<Statement> block, RuleBody rule)
    {
        var names = new UniqueNames(rule, block);
        return Share(block, names);
    }

    private static EquatableArray<Statement> Share(EquatableArray<Statement> block, UniqueNames names)
    {
        List<Statement> statements = [.. block.Select(statement => statement is Branch branch
            ? branch with { Then = Share(branch.Then, names), Else = Share(branch.Else, names) }
            : statement)];
        while (Largest(statements) is { } common)
        {
            int first = statements.FindIndex(statement => Occurrences(statement).Contains(common));
            bool isNamed = statements[first] is Let named && named.Value.Equals(common);
            Variable shared = isNamed ? ((Let)statements[first]).Target
                : new Variable(names.Take(common is Apply apply ? UniqueNames.OfResult(apply.Operation) : "sum"), common.Kind, IsTemporary: true, Operations.ExtentOf(common));
            for (int i = isNamed ? first + 1 : first; i < statements.Count; i++)
                if (statements[i] is not Branch)
                    statements[i] = statements[i].Rewrite(node => Replace(node, common, shared));
            if (!isNamed)
                statements.Insert(first, new Let(shared, common, statements[first].Source));
        }
        return statements.ToEquatable();
    }

    private static Node? Largest(List<Statement> statements) => statements.SelectMany(Occurrences)
        .GroupBy(node => node)
        .Where(group => group.Count() > 1)
        .Select(group => group.Key)
        .OrderByDescending(Size)
        .FirstOrDefault();

    private static IEnumerable<Node> Occurrences(Statement statement) =>
        statement is Branch ? [] : statement.Expressions().SelectMany(Tensors);

    private static IEnumerable<Node> Tensors(Node node)
    {
        IEnumerable<Node> inner = node switch
        {
            Apply apply => apply.Arguments.SelectMany(Tensors),
            Call call => call.Arguments.SelectMany(Tensors),
            Sum sum => sum.Terms.SelectMany(term => term.Tensor is null ? [] : Tensors(term.Tensor)),
            _ => [],
        };
        return node is { Kind: ValueKind.Tensor or ValueKind.Mask } and (Apply { Operation: not Operation.Broadcast } or Sum or Call) ? inner.Append(node) : inner;
    }

    private static int Size(Node node) => node switch
    {
        Apply apply => 1 + apply.Arguments.Sum(Size),
        Call call => 1 + call.Arguments.Sum(Size),
        Sum sum => sum.Terms.Sum(term => 1 + (term.Tensor is null ? 0 : Size(term.Tensor))),
        _ => 1,
    };

    private static Node Replace(Node node, Node common, Variable shared) => node.Equals(common) ? shared : node switch
    {
        Apply apply => apply with { Arguments = apply.Arguments.Select(argument => Replace(argument, common, shared)).ToEquatable() },
        Call call => call with { Arguments = call.Arguments.Select(argument => Replace(argument, common, shared)).ToEquatable() },
        Sum sum => new Sum(sum.Terms.Select(term => term.Tensor is null ? term : term with { Tensor = Replace(term.Tensor, common, shared) }).ToEquatable()),
        _ => node,
    };
}
