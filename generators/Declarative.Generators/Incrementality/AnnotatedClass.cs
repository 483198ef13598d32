using System;
using System.Threading;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Incrementality;

/// <summary>An annotated class before it is read. Two are equal if the same would be read of them, so that after an edit only those are
/// read again that it can have changed.</summary>
internal sealed class AnnotatedClass : IEquatable<AnnotatedClass>
{
    private readonly string id;
    private readonly Fingerprint fingerprint;

    // Of two equal ones the pipeline keeps the older, for many edits; it must not keep that one's compilation alive. It reads a new one in
    // the run that found it, while the compilation is there.
    private readonly WeakReference<INamedTypeSymbol> type;
    private readonly WeakReference<Compilation> compilation;

    public AnnotatedClass(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        this.type = new(type);
        this.compilation = new(compilation);
        id = type.GetDocumentationCommentId() ?? type.Name;
        INamedTypeSymbol outermost = type;
        while (outermost.ContainingType is { } outer)
            outermost = outer;
        fingerprint = SourceIndex.Of(compilation, cancellation).FingerprintOf(outermost.Name);
    }

    /// <summary>Reads the class; nothing, where it is not valid.</summary>
    public TypeModel? Read(Func<INamedTypeSymbol, Compilation, CancellationToken, TypeModel?> parse, CancellationToken cancellation) =>
        type.TryGetTarget(out INamedTypeSymbol found) && compilation.TryGetTarget(out Compilation whole) ? parse(found, whole, cancellation) : null;

    public bool Equals(AnnotatedClass? other) => other is not null && id == other.id && fingerprint.Equals(other.fingerprint);

    public override bool Equals(object? obj) => Equals(obj as AnnotatedClass);

    public override int GetHashCode() => id.GetHashCode();
}
