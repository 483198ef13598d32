using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace Declarative.CodeFixes;

/// <summary>Keeps a tensor that would become a number (DECL0014): <c>x.add(y, alpha: (double)s)</c> becomes <c>x + s * y</c>,
/// <c>x.mul(s.ToScalar())</c> becomes <c>x * s</c>, and anywhere else <c>(double)s</c> becomes <c>s</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeepTensorFix)), Shared]
public sealed class KeepTensorFix() : DocumentFix("Keep it a tensor", Diagnostics.DerivativeLost)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        if (LostTensor.At(place.Node) is not { } lost)
            yield break;
        if (LostTensor.Arithmetic(lost).Parent is ArgumentSyntax argument && TensorCall.Around(argument, place.Model) is { } call)
        {
            // A call in place whose value nobody takes is an assignment.
            if (call.IsStatement)
                yield return new(lost, editor =>
                {
                    Keep(editor, lost);
                    editor.ReplaceNode(call.Syntax, (current, _) => call.AsAssignment(current));
                });
            if (!call.IsInPlace)
                yield return new(lost, editor =>
                {
                    Keep(editor, lost);
                    editor.ReplaceNode(call.Syntax, (current, _) => call.AsArithmetic(current));
                });
        }
        yield return new(lost, editor => Keep(editor, lost));
        if (lost.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is { Declaration: { Type: PredefinedTypeSyntax type, Variables.Count: 1 } })
            yield return new(lost, editor =>
            {
                Keep(editor, lost);
                editor.ReplaceNode(type, (current, _) => SyntaxFactory.IdentifierName("var").WithTriviaFrom(current));
            });
    }

    private static void Keep(SyntaxEditor editor, ExpressionSyntax lost) => editor.ReplaceNode(lost.WithParentheses(), (current, _) => LostTensor.Keep((ExpressionSyntax)current));
}
