using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Generated steps call extension methods of <c>Declarative.Rules</c>, from a using directive inside their namespace. What is
/// imported around it comes after them; but what their own namespace declares comes before, and would be called instead.</summary>
internal static class ExtensionMethods
{
    private const string Rules = "Declarative.Rules";

    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<ISymbol, IMethodSymbol?>> cache = new();

    /// <summary>A method of the class's own namespace that generated code would call instead of ours.</summary>
    public static IMethodSymbol? Hiding(INamedTypeSymbol type, Compilation compilation)
    {
        INamespaceSymbol space = type.ContainingNamespace;
        return cache.GetOrCreateValue(compilation).GetOrAdd(space, _ => Find(compilation.GetCompilationNamespace(space) ?? space, compilation));
    }

    private static IMethodSymbol? Find(INamespaceSymbol space, Compilation compilation)
    {
        if (space.ToDisplayString() == Rules)
            return null;
        INamedTypeSymbol[] candidates = [.. space.GetTypeMembers().Where(type => type.MightContainExtensionMethods)];
        if (candidates.Length == 0)
            return null;
        INamespaceSymbol? ours = compilation.GetTypeByMetadataName(KnownNames.TensorOperations)?.ContainingNamespace;
        HashSet<string> names = [.. (ours?.GetTypeMembers() ?? []).SelectMany(Declared).Select(method => method.Name)];
        return candidates.SelectMany(Declared).FirstOrDefault(method => names.Contains(method.Name)
            && compilation.IsSymbolAccessibleWithin(method, compilation.Assembly));
    }

    private static IEnumerable<IMethodSymbol> Declared(INamedTypeSymbol type) => type.GetMembers().OfType<IMethodSymbol>()
        .Where(method => method.IsExtensionMethod && (method.Parameters[0].Type.Is(KnownNames.Tensor) || method.Parameters[0].Type is ITypeParameterSymbol
            || method.Parameters[0].Type.ContainingNamespace?.ToDisplayString() == Rules));
}
