using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Differentiation;

/// <summary>Brings tensor expressions into the form in which they are computed: sums of terms, numbers gathered in front.</summary>
internal static class SumOfTerms
{
    public static EquatableArray<Statement> Normalize(EquatableArray<Statement> statements) =>
        statements.Select(statement => statement.Rewrite(Normalize)).ToEquatable();

    /// <summary>The normal form of an expression; numbers stay as they are, but for tensors whose shape they read.</summary>
    public static Node Normalize(Node node)
    {
        if (node.Kind != ValueKind.Tensor)
            return node is Apply reading ? reading with { Arguments = reading.Arguments.Select(Normalize).ToEquatable() } : node;
        List<Term> terms = Terms(node);
        return terms.Count == 1 && terms[0] is { Factor: Constant { Value: 1 }, Tensor: { } single } ? single : new Sum(terms.ToEquatable());
    }

    /// <summary>A normal form taken apart into a number and a tensor.</summary>
    public static (Node Factor, Node Tensor) Single(Node node) => node is Sum { Terms: { Count: 1 } terms } && terms[0].Tensor is { } tensor
        ? (terms[0].Factor, tensor)
        : (Constant.One, node);

    private static List<Term> Terms(Node node)
    {
        if (node.Kind == ValueKind.Number)
            return [new(node, null)];
        if (node is Sum sum)
            return [.. sum.Terms];
        if (node is Call call)
            return [new(Constant.One, call with { Arguments = call.Arguments.Select(Normalize).ToEquatable() })];
        if (node is not Apply apply)
            return [new(Constant.One, node)];
        Node first = apply.Arguments[0];
        Node second = apply.Arguments[apply.Arguments.Count - 1];
        switch (apply.Operation)
        {
            case Operation.Add:
                return [.. Terms(first), .. Terms(second)];
            case Operation.Subtract:
                return [.. Terms(first), .. Scaled(Terms(second), new Constant(-1))];
            case Operation.Negate:
                return Scaled(Terms(first), new Constant(-1));
            case Operation.Multiply when first.Kind == ValueKind.Number:
                return Scaled(Terms(second), first);
            case Operation.Multiply when second.Kind == ValueKind.Number:
                return Scaled(Terms(first), second);
            case Operation.Divide when second.Kind == ValueKind.Number:
                return [.. Terms(first).Select(term => term with { Factor = Algebra.Divide(term.Factor, second) })];
        }
        if (apply.Operation == Operation.KeepWhere)
        {
            (Node keptFactor, Node kept) = second.Kind == ValueKind.Number ? (second, Constant.One) : Single(Normalize(second));
            return [new(keptFactor, apply with { Arguments = EquatableArray.Of(Normalize(first), kept) })];
        }
        (Node factor, Node tensor) = first.Kind == ValueKind.Number ? (first, Constant.One) : Single(Normalize(first));
        switch (apply.Operation)
        {
            case Operation.Multiply:
                (Node factor2, Node tensor2) = Single(Normalize(second));
                return [new(Algebra.Multiply(factor, factor2), Algebra.Multiply(tensor, tensor2))];
            case Operation.Divide:
                (Node divisor, Node divisorTensor) = Single(Normalize(second));
                return [new(Algebra.Divide(factor, divisor), Algebra.Divide(tensor, divisorTensor))];
            case Operation.Reciprocal:
                return [new(Algebra.Divide(Constant.One, factor), Algebra.Unary(Operation.Reciprocal, tensor))];
            case Operation.Square:
                return [new(Algebra.Multiply(factor, factor), Algebra.Unary(Operation.Square, tensor))];
            default:
                return [new(Constant.One, new Apply(apply.Operation, apply.Arguments.Select(Normalize).ToEquatable(), apply.Kind))];
        }
    }

    private static List<Term> Scaled(List<Term> terms, Node factor) =>
        [.. terms.Select(term => term with { Factor = Algebra.Multiply(factor, term.Factor) })];
}
