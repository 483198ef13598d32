using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.CodeFixes;

/// <summary><c>Derivative.Stop(x)</c>, the marker that says where a derivative is meant to be dropped.</summary>
internal static class StopMarker
{
    private const string Namespace = "Declarative";
    private const string Type = "Derivative";

    /// <summary>Whether a call is the marker.</summary>
    public static bool IsStop(IInvocationOperation invocation) =>
        invocation.TargetMethod.Name == "Stop" && invocation.TargetMethod.ContainingType?.ToDisplayString() == Namespace + "." + Type;

    /// <summary>Puts the marker around what expressions have become.</summary>
    public static IEnumerable<Edit> Around(Place place, params ExpressionSyntax[] expressions)
    {
        if (expressions.Length > 0)
            yield return new(expressions[0], editor =>
            {
                foreach (ExpressionSyntax expression in expressions.OrderByDescending(expression => expression.SpanStart))
                    Put(place, editor, expression.WithParentheses(), current => current);
            });
    }

    /// <summary>Puts the marker in place of an expression, around a part of what that has become. A using directive is added where the
    /// marker is not known by its name.</summary>
    /// <param name="place">The place of the diagnostic.</param>
    /// <param name="editor">Makes the change.</param>
    /// <param name="expression">What is replaced.</param>
    /// <param name="part">Which part of it is kept, inside the marker.</param>
    public static void Put(Place place, SyntaxEditor editor, ExpressionSyntax expression, System.Func<ExpressionSyntax, ExpressionSyntax> part)
    {
        string name = Type;
        if (place.Model.LookupNamespacesAndTypes(expression.SpanStart, name: Type).IsEmpty)
            editor.ReplaceNode(editor.OriginalRoot, (current, _) => current is CompilationUnitSyntax unit ? Import(unit) : current);
        else
            name = place.Model.NameAt(expression.SpanStart, Type, Namespace + "." + Type);
        editor.ReplaceNode(expression, (current, _) => SyntaxFactory.InvocationExpression(
            SyntaxFactory.ParseExpression(name + ".Stop"),
            SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(part((ExpressionSyntax)current).Bare().WithoutTrivia()))))
            .WithTriviaFrom(current));
    }

    private static CompilationUnitSyntax Import(CompilationUnitSyntax unit)
    {
        if (unit.Usings.Any(directive => directive.Name?.ToString() == Namespace && directive.Alias is null))
            return unit;
        UsingDirectiveSyntax import = SyntaxFactory.UsingDirective(SyntaxFactory.IdentifierName(Namespace)).NormalizeWhitespace().WithTrailingTrivia(SyntaxFactory.LineFeed);
        if (unit.Usings.Count > 0)
            return unit.AddUsings(import);
        // What stands at the top of the file stays there.
        SyntaxTriviaList top = unit.GetLeadingTrivia();
        return unit.WithoutLeadingTrivia().AddUsings(import.WithLeadingTrivia(top).WithTrailingTrivia(SyntaxFactory.LineFeed, SyntaxFactory.LineFeed));
    }
}
