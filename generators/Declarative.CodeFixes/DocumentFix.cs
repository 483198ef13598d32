using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace Declarative.CodeFixes;

/// <summary>A fix that stays within one document. One occurrence and all of them are fixed in the same way; what would not compile is
/// not offered.</summary>
public abstract class DocumentFix : CodeFixProvider
{
    private readonly string title;

    private protected DocumentFix(string title, params DiagnosticDescriptor[] fixable)
    {
        this.title = title;
        FixableDiagnosticIds = [.. fixable.Select(descriptor => descriptor.Id)];
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <summary>The same for every occurrence, so that all can be fixed at once.</summary>
    public string EquivalenceKey => GetType().Name;

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
        await FixAsync(document, diagnostics, context.CancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            ImmutableArray<Diagnostic> one = [diagnostic];
            if ((await FindAsync(context.Document, one, context.CancellationToken).ConfigureAwait(false)).Count > 0)
                context.RegisterCodeFix(CodeAction.Create(title, cancellation => FixAsync(context.Document, one, cancellation), EquivalenceKey), diagnostic);
        }
    }

    /// <summary>Ways to fix what is marked, the best first; none where this fix does not apply.</summary>
    private protected abstract IEnumerable<Edit> Find(Place place);

    private async Task<Document> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        List<Edit> edits = await FindAsync(document, diagnostics, cancellation).ConfigureAwait(false);
        SyntaxNode root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) ?? throw new InvalidOperationException();
        return document.WithSyntaxRoot(Apply(document, root, edits));
    }

    private async Task<List<Edit>> FindAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var edits = new List<Edit>();
        SyntaxNode? root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        SemanticModel? model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root is null || model is null)
            return edits;
        int errors = CompilationErrors.Count(model, cancellation);
        // What is inside comes first: the edit around it works on what has become of it.
        foreach (Diagnostic diagnostic in diagnostics.OrderByDescending(diagnostic => diagnostic.Location.SourceSpan.Start))
        {
            cancellation.ThrowIfCancellationRequested();
            SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            edits.AddRange(Find(new(node, model, cancellation))
                .Where(edit => CompilationErrors.Count(model, Apply(document, root, [edit]), cancellation) <= errors).Take(1)
                .Where(edit => edits.All(other => other.Target != edit.Target)));
        }
        return edits;
    }

    private static SyntaxNode Apply(Document document, SyntaxNode root, IEnumerable<Edit> edits)
    {
        var editor = new SyntaxEditor(root, document.Project.Solution.Services);
        foreach (Edit edit in edits)
            edit.Apply(editor);
        return editor.GetChangedRoot();
    }
}
