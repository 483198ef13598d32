using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Declarative.CodeFixes;

/// <summary>Counts the compiler's errors in a document: a fix may not add any.</summary>
internal static class CompilationErrors
{
    public static int Count(SemanticModel model, CancellationToken cancellation) =>
        model.GetDiagnostics(cancellationToken: cancellation).Count(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error);

    /// <summary>The errors that a document has when its text is replaced. What has been generated stays as it is.</summary>
    public static int Count(SemanticModel model, SyntaxNode changed, CancellationToken cancellation)
    {
        SyntaxTree tree = model.SyntaxTree.WithRootAndOptions(changed, model.SyntaxTree.Options);
        Compilation compilation = model.Compilation.ReplaceSyntaxTree(model.SyntaxTree, tree);
        return Count(compilation.GetSemanticModel(tree), cancellation);
    }
}
