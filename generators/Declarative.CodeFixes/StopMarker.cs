using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Declarative.CodeFixes;

/// <summary><c>Derivative.Stop(x)</c>, the marker that says where a derivative is meant to be dropped.</summary>
internal static class StopMarker
{
    public const string Type = "Declarative.Derivative";

    /// <summary>Whether a call is the marker.</summary>
    public static bool IsStop(IInvocationOperation invocation) =>
        invocation.TargetMethod.Name == "Stop" && invocation.TargetMethod.ContainingType?.ToDisplayString() == Type;

    /// <summary>Puts the marker around what an expression has become; adds the using directive where the name needs it.</summary>
    public static IEnumerable<Edit> Around(Place place, params ExpressionSyntax[] expressions)
    {
        if (expressions.Length > 0 && place.Model.Compilation.GetTypeByMetadataName(Type) is { } type)
            yield return editor =>
            {
                foreach (ExpressionSyntax expression in expressions.OrderByDescending(expression => expression.SpanStart))
                    editor.ReplaceNode(expression, (current, generator) => Call(generator, type, (ExpressionSyntax)current));
            };
    }

    /// <summary>The marker around an expression.</summary>
    public static ExpressionSyntax Call(SyntaxGenerator generator, ITypeSymbol type, ExpressionSyntax expression)
    {
        var owner = (ExpressionSyntax)generator.TypeExpression(type, addImport: true).WithAdditionalAnnotations(Simplifier.Annotation);
        return SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, owner, SyntaxFactory.IdentifierName("Stop")),
            SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(expression.Bare().WithoutTrivia()))))
            .WithTriviaFrom(expression);
    }
}
