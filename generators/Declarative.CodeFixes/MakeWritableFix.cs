using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Declarative.CodeFixes;

/// <summary>Removes <c>readonly</c>, <c>static</c> and <c>const</c> from a field that generated code must write (DECL0003).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakeWritableFix)), Shared]
public sealed class MakeWritableFix() : DocumentFix("Make it an instance field that can be written", Diagnostics.ReadOnlyMember)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<FieldDeclarationSyntax>() is { } field && field.Modifiers.Any(IsInTheWay))
            yield return new(field, editor => editor.ReplaceNode(field, (current, _) => Writable((FieldDeclarationSyntax)current)));
    }

    private static bool IsInTheWay(SyntaxToken modifier) =>
        modifier.Kind() is SyntaxKind.ReadOnlyKeyword or SyntaxKind.StaticKeyword or SyntaxKind.ConstKeyword;

    private static FieldDeclarationSyntax Writable(FieldDeclarationSyntax field)
    {
        if (!field.Modifiers.Any(IsInTheWay))
            return field;
        // What stood before the first modifier, and comments between, go to what is first now.
        SyntaxTriviaList before = field.Modifiers[0].LeadingTrivia.AddRange(field.Modifiers.Where(IsInTheWay)
            .Where(modifier => modifier.TrailingTrivia.Any(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia)))
            .SelectMany(modifier => modifier.TrailingTrivia.SkipWhile(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia))));
        SyntaxTokenList kept = SyntaxFactory.TokenList(field.Modifiers.Where(modifier => !IsInTheWay(modifier)));
        return kept.Count > 0
            ? field.WithModifiers(kept.Replace(kept[0], kept[0].WithLeadingTrivia(before)))
            : field.WithModifiers(kept).WithDeclaration(field.Declaration.WithLeadingTrivia(before));
    }
}
