using System;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Editing;

namespace Declarative.CodeFixes;

/// <summary>A change of a document.</summary>
/// <param name="Target">What it changes. Where several diagnostics lead to the same target, one change is enough.</param>
/// <param name="Apply">Makes the change. Others may have been made to parts of the same place: it works on what it then finds.</param>
internal sealed record Edit(SyntaxNode Target, Action<SyntaxEditor> Apply);

/// <summary>The place of a diagnostic.</summary>
/// <param name="Node">The smallest piece of source that is marked.</param>
/// <param name="Model">The meaning of the source.</param>
/// <param name="Cancellation">Asks to stop.</param>
internal sealed record Place(SyntaxNode Node, SemanticModel Model, CancellationToken Cancellation);
