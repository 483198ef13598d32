using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Emission;

/// <summary>Writes tensors and tangents as chains of calls: the first makes a new tensor, the others add to it in place.</summary>
internal static class TensorWriter
{
    /// <summary>A tensor in normal form: the links of its chain.</summary>
    /// <param name="node">The tensor.</param>
    /// <param name="isFree">Whether a variable may be overwritten.</param>
    public static IReadOnlyList<string> Write(Node node, Func<Variable, bool> isFree)
    {
        if (node is not Sum sum)
            return [ExpressionWriter.WriteWhole(node)];
        bool Starts(Term term) => term.Tensor is Variable variable && isFree(variable)
            && sum.Terms.Count(other => other.Tensor is not null && other.Tensor.Variables().Contains(variable)) == 1;
        List<Term> terms = [.. sum.Terms.OrderBy(term => term.Tensor is null ? 8 : Rank(IsOne(term.Factor), Starts(term)) + (ExpressionWriter.IsWhole(term.Tensor) ? 0 : 4))];
        Term first = terms[0];
        var links = new List<string>();
        string start = ExpressionWriter.WriteWhole(first.Tensor!);
        bool isFresh = Starts(first) || (first.Tensor is not (Variable or Call) && !Operations.IsView(first.Tensor!) && ExpressionWriter.IsWhole(first.Tensor!));
        if (IsOne(first.Factor))
            links.Add(start);
        else
        {
            links.Add($"{start}.{(isFresh ? "ScaleInPlace" : "Scale")}({NumberWriter.Write(first.Factor)})");
            isFresh = true;
        }
        foreach (Term term in terms.Skip(1))
        {
            string name = term.Tensor switch
            {
                null => "Shift",
                Apply { Operation: Operation.Multiply } => "AddProduct",
                Apply { Operation: Operation.Divide } => "AddQuotient",
                _ => "Add",
            };
            string operands = term.Tensor switch
            {
                null => "",
                Apply { Operation: Operation.Multiply or Operation.Divide } apply => $"{Expression(apply.Arguments[0])}, {Expression(apply.Arguments[1])}",
                { } tensor => Expression(tensor),
            };
            string factor = IsOne(term.Factor) && term.Tensor is not null ? "" : NumberWriter.Write(term.Factor);
            links.Add($".{name}{(isFresh ? "InPlace" : "")}({Join(operands, factor)})");
            isFresh = true;
        }
        return links;
    }

    /// <summary>The tangent of a tensor, [q, p]: the links of its chain.</summary>
    /// <param name="tangent">The sum.</param>
    /// <param name="isFree">Whether the tangent of a variable may be overwritten.</param>
    public static IReadOnlyList<string> WriteTangent(DerivativeLet tangent, Func<Variable, bool> isFree) =>
        WriteDerivative(tangent.Terms, isFree, TangentOf, ZeroTangent(tangent.Like ?? tangent.Target));

    /// <summary>The adjoint of a tensor, [p]: the links of its chain.</summary>
    /// <param name="adjoint">The sum.</param>
    /// <param name="isFree">Whether the adjoint of a variable may be overwritten.</param>
    public static IReadOnlyList<string> WriteAdjoint(DerivativeLet adjoint, Func<Variable, bool> isFree) => WriteDerivative(adjoint.Terms, isFree, AdjointOf,
        adjoint.Like is { } like ? $"{like.Name}.zeros_like()" : adjoint.Target.Extent switch
        {
            Extent.Parameter => "adjoints.Parameter.zeros_like()",
            Extent.Scalar => "adjoints.Zero",
            _ => $"{adjoint.Target.Name}.zeros_like()",
        });

    /// <summary>The tangent of a tensor that depends on no coordinate.</summary>
    public static string ZeroTangent(Variable like) => like.Extent switch
    {
        Extent.Parameter => "tangents.Parameter.zeros_like()",
        Extent.Scalar => "tangents.Zeros()",
        _ => $"tangents.ZerosLike({like.Name})",
    };

    /// <summary>The adjoint of a number, a scalar tensor: what it does to a tensor is summed over the parameters.</summary>
    public static IReadOnlyList<string> WriteNumberAdjoint(EquatableArray<DerivativeTerm> terms)
    {
        var links = new List<string>();
        foreach (DerivativeTerm term in terms)
        {
            string adjoint = Passed(term, AdjointOf);
            bool isSummed = term.Of.Kind == ValueKind.Tensor;
            (Node factor, Node? tensor) = term.Partial.Kind == ValueKind.Number ? (term.Partial, null) : SumOfTerms.Single(term.Partial);
            string value = tensor is not null ? $"{adjoint}.Dot({Expression(tensor)})" : isSummed ? $"{adjoint}.sum()" : adjoint;
            if (links.Count > 0)
                links.Add($".Add({Join(value, IsOne(factor) ? "" : NumberWriter.Write(factor))})");
            else
                links.Add(IsOne(factor) ? value : $"{value}.Scale({NumberWriter.Write(factor)})");
        }
        return links.Count > 0 ? links : ["adjoints.Zero"];
    }

    private static IReadOnlyList<string> WriteDerivative(
        EquatableArray<DerivativeTerm> terms, Func<Variable, bool> isFree, Func<Variable, string> nameOf, string zero)
    {
        var links = new List<string>();
        bool isFresh = true;
        List<DerivativeTerm> ordered = [.. terms.OrderBy(term => term.Of.Kind != ValueKind.Tensor ? 4 : Rank(IsOne(term.Partial), IsFree(term)))];
        if (ordered.Count == 0 || ordered[0].Of.Kind != ValueKind.Tensor)
            links.Add(zero);
        else
        {
            bool isNew = ordered[0].Map is { IsView: false };
            (string start, isFresh) = Start(ordered[0], Passed(ordered[0], nameOf), isNew || IsFree(ordered[0]));
            links.Add(start);
            ordered.RemoveAt(0);
        }
        foreach (DerivativeTerm term in ordered)
        {
            bool isOuter = term.Of.Kind != ValueKind.Tensor;
            if (isOuter && !isFresh)
                links.Add(".clone()");
            links.Add(isOuter ? Outer(term) : Add(term, Passed(term, nameOf), isFresh));
            isFresh = true;
        }
        return links;

        bool IsFree(DerivativeTerm term) => term.Map is null && isFree(term.Of);
    }

    /// <summary>The tangent of a number, [q].</summary>
    public static string WriteNumberTangent(EquatableArray<DerivativeTerm> terms) => terms.Count == 0
        ? "global::Declarative.Rules.NumberTangent.Zero"
        : string.Join(" + ", terms.Select(term => IsOne(term.Partial) ? TangentOf(term.Of) : $"{Parenthesized(term.Partial)} * {TangentOf(term.Of)}"));

    /// <summary>How the tangent of a variable is called.</summary>
    public static string TangentOf(Variable variable) => UniqueNames.TangentOf(variable.Name);

    /// <summary>How the adjoint of a variable is called.</summary>
    public static string AdjointOf(Variable variable) => UniqueNames.AdjointOf(variable.Name);

    // A derivative, after the linear map that it passes through.
    private static string Passed(DerivativeTerm term, Func<Variable, string> nameOf)
    {
        if (term.Map is not { } map)
            return nameOf(term.Of);
        IEnumerable<Node> operands = map.Weight is { } weight ? map.Operands.Prepend(weight) : map.Operands;
        return $"{nameOf(term.Of)}.{map.Method}({string.Join(", ", operands.Select(Operand))})";

        static string Operand(Node node) => node.Kind == ValueKind.Number ? ExpressionWriter.WriteWholeNumber(node) : ExpressionWriter.Write(node);
    }

    // Best starts with a term that needs no pass of its own, then with one whose memory can be used.
    private static int Rank(bool isOne, bool isFree) => (isOne ? 0 : 2) + (isFree ? 0 : 1);

    private static (string Text, bool IsFresh) Start(DerivativeTerm term, string derivative, bool isFree)
    {
        if (Chosen(term, derivative, isFree) is var (chosen, number))
            return (IsOne(number) ? chosen : $"{chosen}.ScaleInPlace({NumberWriter.Write(number)})", true);
        if (term.Partial.Kind != ValueKind.Number)
            return ($"{derivative}.{(isFree ? "mul_" : "mul")}({Expression(term.Partial)})", true);
        return IsOne(term.Partial) ? (derivative, isFree) : ($"{derivative}.{(isFree ? "ScaleInPlace" : "Scale")}({NumberWriter.Write(term.Partial)})", true);
    }

    // What counts only where a condition holds is dropped elsewhere after all products: 0 times what is no number would be none.
    private static (string Text, Node Factor)? Chosen(DerivativeTerm term, string derivative, bool isFree)
    {
        if (term.Partial.Kind == ValueKind.Number || SumOfTerms.Single(term.Partial) is not (var factor, Apply { Operation: Operation.KeepWhere } kept))
            return null;
        string product = IsOne(kept.Arguments[1]) ? derivative : $"{derivative}.{(isFree ? "mul_" : "mul")}({Expression(kept.Arguments[1])})";
        bool isFresh = isFree || !IsOne(kept.Arguments[1]);
        return ($"{product}.KeepWhere{(isFresh ? "InPlace" : "")}({Expression(kept.Arguments[0])})", factor);
    }

    private static string Add(DerivativeTerm term, string derivative, bool isFresh)
    {
        string suffix = isFresh ? "InPlace" : "";
        if (Chosen(term, derivative, isFree: false) is var (chosen, scale))
            return $".Add{suffix}({Join(chosen, IsOne(scale) ? "" : NumberWriter.Write(scale))})";
        if (term.Partial.Kind == ValueKind.Number)
            return $".Add{suffix}({Join(derivative, IsOne(term.Partial) ? "" : NumberWriter.Write(term.Partial))})";
        (Node factor, Node tensor) = SumOfTerms.Single(term.Partial);
        string number = IsOne(factor) ? "" : NumberWriter.Write(factor);
        return tensor is Apply { Operation: Operation.Reciprocal } reciprocal
            ? $".AddQuotient{suffix}({Join($"{derivative}, {Expression(reciprocal.Arguments[0])}", number)})"
            : $".AddProduct{suffix}({Join($"{derivative}, {Expression(tensor)}", number)})";
    }

    private static string Outer(DerivativeTerm term)
    {
        string tangent = TangentOf(term.Of);
        if (term.Partial.Kind == ValueKind.Number)
            return $".AddOuterInPlace({tangent}, {NumberWriter.Write(term.Partial)})";
        (Node factor, Node tensor) = SumOfTerms.Single(term.Partial);
        return $".AddOuterInPlace({Join($"{tangent}, {Expression(tensor)}", IsOne(factor) ? "" : NumberWriter.Write(factor))})";
    }

    /// <summary>A tensor as part of a larger expression.</summary>
    public static string Expression(Node node) => node switch
    {
        Variable variable => variable.Name,
        Sum sum => string.Concat(Write(sum, static _ => false)),
        // Of a condition alone nothing tells the type of its numbers.
        Apply { Operation: Operation.KeepWhere } kept when IsOne(kept.Arguments[1]) => $"{Expression(kept.Arguments[0])}.Indicator(state)",
        Apply apply => ExpressionWriter.Fill(apply.Operation.Definition().Tensor ?? throw new InvalidOperationException($"{apply.Operation} does not work on tensors."),
            apply.Arguments),
        Call call => CallWriter.Write(call),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no tensor."),
    };

    private static string Parenthesized(Node number) => number is Apply ? $"({NumberWriter.Write(number)})" : NumberWriter.Write(number);

    private static string Join(string operands, string factor) => operands.Length == 0 ? factor : factor.Length == 0 ? operands : $"{operands}, {factor}";

    private static bool IsOne(Node node) => node is Constant { Value: 1 };
}
