using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Declarative.CodeFixes;

/// <summary>Adds <c>partial</c> to a class and to all that contain it (DECL0001).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddPartialFix)), Shared]
public sealed class AddPartialFix() : DocumentFix("Make the class and what contains it partial", Diagnostics.NotPartial)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        TypeDeclarationSyntax[] whole = [.. place.Node.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Where(type => !IsPartial(type))];
        if (whole.Length > 0)
            yield return new(whole[0], editor =>
            {
                foreach (TypeDeclarationSyntax type in whole)
                    editor.ReplaceNode(type, (current, _) => WithPartial((TypeDeclarationSyntax)current));
            });
    }

    private static bool IsPartial(TypeDeclarationSyntax type) => type.Modifiers.Any(SyntaxKind.PartialKeyword);

    private static TypeDeclarationSyntax WithPartial(TypeDeclarationSyntax type)
    {
        if (IsPartial(type))
            return type;
        SyntaxToken partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        // It stands last; before a keyword that came first, it takes over what precedes it: comments, indentation.
        return type.Modifiers.Count > 0
            ? type.WithModifiers(type.Modifiers.Add(partial))
            : type.WithKeyword(type.Keyword.WithLeadingTrivia()).WithModifiers(SyntaxFactory.TokenList(partial.WithLeadingTrivia(type.Keyword.LeadingTrivia)));
    }
}
