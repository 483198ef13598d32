using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.CodeFixes;

/// <summary>The forms in which a tensor becomes a plain number: <c>(double)s</c>, <c>s.item&lt;double&gt;()</c>, <c>s.ToScalar()</c>.</summary>
internal static class LostTensor
{
    /// <summary>The smallest expression at a place that is one of the forms.</summary>
    public static ExpressionSyntax? At(SyntaxNode node) => node.AncestorsAndSelf().OfType<ExpressionSyntax>().FirstOrDefault(expression => In(expression) is not null);

    /// <summary>The tensor in one of the forms, judged by the form alone; nothing in another expression.</summary>
    public static ExpressionSyntax? In(ExpressionSyntax expression) => expression.Bare() switch
    {
        CastExpressionSyntax cast => cast.Expression,
        InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax member } when IsConversion(member.Name) => member.Expression,
        _ => null,
    };

    /// <summary>The expression with the tensor in place of a form, if it is one.</summary>
    public static ExpressionSyntax Keep(ExpressionSyntax expression) => In(expression) is { } tensor ? Keep(tensor).AsOperand().WithTriviaFrom(expression) : expression;

    private static bool IsConversion(SimpleNameSyntax name) =>
        name.Identifier.ValueText is "item" or "ToScalar" or "ToDouble" or "ToSingle" or "ToBoolean" or "ToInt32" or "ToInt64";

    /// <summary>The largest arithmetic expression around a number: what would be a tensor if it were one.</summary>
    public static ExpressionSyntax Arithmetic(ExpressionSyntax number)
    {
        ExpressionSyntax whole = number;
        while (whole.Parent is ParenthesizedExpressionSyntax
            || whole.Parent.IsKind(SyntaxKind.UnaryMinusExpression) || whole.Parent.IsKind(SyntaxKind.AddExpression)
            || whole.Parent.IsKind(SyntaxKind.SubtractExpression) || whole.Parent.IsKind(SyntaxKind.MultiplyExpression)
            || whole.Parent.IsKind(SyntaxKind.DivideExpression))
            whole = (ExpressionSyntax)whole.Parent!;
        return whole;
    }
}
