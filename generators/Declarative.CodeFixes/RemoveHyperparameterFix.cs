using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace Declarative.CodeFixes;

/// <summary>Removes a hyperparameter that nothing reads (DECL0017).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveHyperparameterFix)), Shared]
public sealed class RemoveHyperparameterFix() : DocumentFix("Remove the hyperparameter", Diagnostics.UnusedHyperparameter)
{
    private protected override IEnumerable<Edit> Find(Place place)
    {
        SyntaxNode? declaration = place.Node.AncestorsAndSelf().FirstOrDefault(node => node is VariableDeclaratorSyntax or MemberDeclarationSyntax);
        if (declaration is VariableDeclaratorSyntax or PropertyDeclarationSyntax)
            yield return new(declaration, editor => editor.RemoveNode(declaration));
    }
}
