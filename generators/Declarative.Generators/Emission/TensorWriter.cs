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
            return [Expression(node)];
        bool Starts(Term term) => term.Tensor is Variable variable && isFree(variable)
            && sum.Terms.Count(other => other.Tensor is not null && other.Tensor.Variables().Contains(variable)) == 1;
        List<Term> terms = [.. sum.Terms.OrderBy(term => term.Tensor is null ? 4 : Rank(IsOne(term.Factor), Starts(term)))];
        Term first = terms[0];
        var links = new List<string>();
        bool isFresh = first.Tensor is not Variable || Starts(first);
        if (IsOne(first.Factor))
            links.Add(Expression(first.Tensor!));
        else
        {
            links.Add($"{Expression(first.Tensor!)}.{(isFresh ? "ScaleInPlace" : "Scale")}({NumberWriter.Write(first.Factor)})");
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
    /// <param name="terms">The sum.</param>
    /// <param name="isFree">Whether the tangent of a variable may be overwritten.</param>
    public static IReadOnlyList<string> WriteTangent(EquatableArray<TangentTerm> terms, Func<Variable, bool> isFree)
    {
        var links = new List<string>();
        bool isFresh = true;
        List<TangentTerm> ordered = [.. terms.OrderBy(term => term.Of.Kind != ValueKind.Tensor ? 4 : Rank(IsOne(term.Partial), isFree(term.Of)))];
        if (ordered.Count == 0 || ordered[0].Of.Kind != ValueKind.Tensor)
            links.Add("tangents.Parameter.zeros_like()");
        else
        {
            (string start, isFresh) = Start(ordered[0], isFree(ordered[0].Of));
            links.Add(start);
            ordered.RemoveAt(0);
        }
        foreach (TangentTerm term in ordered)
        {
            bool isOuter = term.Of.Kind != ValueKind.Tensor;
            if (isOuter && !isFresh)
                links.Add(".clone()");
            links.Add(isOuter ? Outer(term) : Add(term, isFresh));
            isFresh = true;
        }
        return links;
    }

    /// <summary>The tangent of a number, [q].</summary>
    public static string WriteNumberTangent(EquatableArray<TangentTerm> terms) => terms.Count == 0
        ? "global::Declarative.Rules.NumberTangent.Zero"
        : string.Join(" + ", terms.Select(term => IsOne(term.Partial) ? TangentOf(term.Of) : $"{Parenthesized(term.Partial)} * {TangentOf(term.Of)}"));

    /// <summary>How the tangent of a variable is called.</summary>
    public static string TangentOf(Variable variable) => UniqueNames.TangentOf(variable.Name);

    // Best starts with a term that needs no pass of its own, then with one whose memory can be used.
    private static int Rank(bool isOne, bool isFree) => (isOne ? 0 : 2) + (isFree ? 0 : 1);

    private static (string Text, bool IsFresh) Start(TangentTerm term, bool isFree)
    {
        string tangent = TangentOf(term.Of);
        if (term.Partial.Kind != ValueKind.Number)
            return ($"{tangent}.{(isFree ? "mul_" : "mul")}({Expression(term.Partial)})", true);
        return IsOne(term.Partial) ? (tangent, isFree) : ($"{tangent}.{(isFree ? "ScaleInPlace" : "Scale")}({NumberWriter.Write(term.Partial)})", true);
    }

    private static string Add(TangentTerm term, bool isFresh)
    {
        string suffix = isFresh ? "InPlace" : "";
        string tangent = TangentOf(term.Of);
        if (term.Partial.Kind == ValueKind.Number)
            return $".Add{suffix}({Join(tangent, IsOne(term.Partial) ? "" : NumberWriter.Write(term.Partial))})";
        (Node factor, Node tensor) = SumOfTerms.Single(term.Partial);
        string number = IsOne(factor) ? "" : NumberWriter.Write(factor);
        return tensor is Apply { Operation: Operation.Reciprocal } reciprocal
            ? $".AddQuotient{suffix}({Join($"{tangent}, {Expression(reciprocal.Arguments[0])}", number)})"
            : $".AddProduct{suffix}({Join($"{tangent}, {Expression(tensor)}", number)})";
    }

    private static string Outer(TangentTerm term)
    {
        string tangent = TangentOf(term.Of);
        if (term.Partial.Kind == ValueKind.Number)
            return $".AddOuterInPlace({tangent}, {NumberWriter.Write(term.Partial)})";
        (Node factor, Node tensor) = SumOfTerms.Single(term.Partial);
        return $".AddOuterInPlace({Join($"{tangent}, {Expression(tensor)}", IsOne(factor) ? "" : NumberWriter.Write(factor))})";
    }

    private static string Expression(Node node) => node switch
    {
        Variable variable => variable.Name,
        Sum sum => string.Concat(Write(sum, static _ => false)),
        Apply apply => Expression(apply),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no tensor."),
    };

    private static string Expression(Apply apply)
    {
        string receiver = Expression(apply.Arguments[0]);
        return apply.Operation switch
        {
            Operation.Multiply => $"{receiver}.mul({Expression(apply.Arguments[1])})",
            Operation.Divide => $"{receiver}.div({Expression(apply.Arguments[1])})",
            Operation.Power => $"{receiver}.Power({NumberWriter.Write(apply.Arguments[1])})",
            Operation.Reciprocal => $"{receiver}.reciprocal()",
            Operation.Square => $"{receiver}.square()",
            Operation.SquareRoot => $"{receiver}.sqrt()",
            Operation.Exponential => $"{receiver}.exp()",
            Operation.Logarithm => $"{receiver}.log()",
            Operation.Absolute => $"{receiver}.abs()",
            Operation.Sign => $"{receiver}.sign()",
            Operation.ReciprocalOrZero => $"{receiver}.ReciprocalOrZero()",
            _ => throw new InvalidOperationException($"{apply.Operation} does not work on tensors."),
        };
    }

    private static string Parenthesized(Node number) => number is Apply ? $"({NumberWriter.Write(number)})" : NumberWriter.Write(number);

    private static string Join(string operands, string factor) => operands.Length == 0 ? factor : factor.Length == 0 ? operands : $"{operands}, {factor}";

    private static bool IsOne(Node node) => node is Constant { Value: 1 };
}
