using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Suppressors;

/// <summary>Finds what a diagnostic is about.</summary>
internal static class DeclaredSymbols
{
    /// <summary>The symbol that is declared at a place, if one is.</summary>
    public static ISymbol? DeclaredAt(this SuppressionAnalysisContext context, Location location)
    {
        if (location.SourceTree is not { } tree)
            return null;
        SyntaxNode node = tree.GetRoot(context.CancellationToken).FindNode(location.SourceSpan);
        return context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken);
    }
}
