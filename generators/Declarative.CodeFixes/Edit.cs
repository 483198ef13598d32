using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Editing;

namespace Declarative.CodeFixes;

/// <summary>A change of a document. Another may have changed parts of the same place before: it works on what it then finds.</summary>
internal delegate void Edit(SyntaxEditor editor);

/// <summary>The place of a diagnostic.</summary>
/// <param name="Node">The smallest piece of source that is marked.</param>
/// <param name="Model">The meaning of the source.</param>
/// <param name="Cancellation">Asks to stop.</param>
internal sealed record Place(SyntaxNode Node, SemanticModel Model, CancellationToken Cancellation);
