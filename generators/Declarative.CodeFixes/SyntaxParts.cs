using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Declarative.CodeFixes;

/// <summary>Small pieces of syntax that several fixes write.</summary>
internal static class SyntaxParts
{
    /// <summary>The expression as an operand of anything; needless parentheses are removed when the document is cleaned up.</summary>
    public static ExpressionSyntax AsOperand(this ExpressionSyntax expression) => expression is IdentifierNameSyntax or LiteralExpressionSyntax
        ? expression.WithoutTrivia()
        : SyntaxFactory.ParenthesizedExpression(expression.WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation);

    /// <summary>left operator right, with spaces, and with parentheses only where they change something.</summary>
    public static BinaryExpressionSyntax Binary(SyntaxKind kind, ExpressionSyntax left, ExpressionSyntax right)
    {
        BinaryExpressionSyntax binary = SyntaxFactory.BinaryExpression(kind, AsOperand(left, kind, isRight: false), AsOperand(right, kind, isRight: true));
        return binary.WithOperatorToken(binary.OperatorToken.WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space));
    }

    /// <summary>A sum, difference, product or quotient, in parentheses where its place asks for them.</summary>
    public static ExpressionSyntax InPlaceOf(this BinaryExpressionSyntax expression, ExpressionSyntax replaced) => replaced.Parent switch
    {
        BinaryExpressionSyntax around => AsOperand(expression, around.Kind(), isRight: around.Right == replaced),
        ArgumentSyntax or EqualsValueClauseSyntax or ArrowExpressionClauseSyntax or ReturnStatementSyntax or AssignmentExpressionSyntax => expression,
        _ => expression.AsOperand(),
    };

    private static ExpressionSyntax AsOperand(ExpressionSyntax operand, SyntaxKind kind, bool isRight)
    {
        ExpressionSyntax bare = operand.Bare().WithoutTrivia();
        bool isPlain = bare is BinaryExpressionSyntax binary
            ? (IsProduct(binary.Kind()) && IsSum(kind)) || (!isRight && ((IsProduct(binary.Kind()) && IsProduct(kind)) || (IsSum(binary.Kind()) && IsSum(kind))))
            : bare is InvocationExpressionSyntax or MemberAccessExpressionSyntax or PrefixUnaryExpressionSyntax;
        return isPlain ? bare : bare.AsOperand();
    }

    private static bool IsProduct(SyntaxKind kind) => kind is SyntaxKind.MultiplyExpression or SyntaxKind.DivideExpression;

    private static bool IsSum(SyntaxKind kind) => kind is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression;

    /// <summary>The expression inside all parentheses.</summary>
    public static ExpressionSyntax Bare(this ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesized)
            expression = parenthesized.Expression;
        return expression;
    }

    /// <summary>The largest expression that is this one in parentheses.</summary>
    public static ExpressionSyntax WithParentheses(this ExpressionSyntax expression)
    {
        while (expression.Parent is ParenthesizedExpressionSyntax parenthesized)
            expression = parenthesized;
        return expression;
    }

    /// <summary>How a type's name is written at a place: by itself where that means it, in full otherwise.</summary>
    public static string NameAt(this SemanticModel model, int position, string name, string fullName)
    {
        foreach (ISymbol symbol in model.LookupNamespacesAndTypes(position, name: name))
            if (symbol.ToDisplayString() == fullName)
                return name;
        return "global::" + fullName;
    }
}
