using System;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>The name of a type's generated file. An illegal or repeated one takes away every output of the generator.</summary>
internal static class HintName
{
    private const int Longest = 120;

    /// <summary>The name of the file that every assembly gets.</summary>
    public const string Initializer = "Declarative.NativeLibraries";

    /// <summary>Namespace, nesting and arity: <c>Samples.Outer-1.HeavyBall</c>. Longer ones keep their end and a hash of the whole.</summary>
    public static string Of(INamedTypeSymbol type)
    {
        var name = new StringBuilder();
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
            name.Insert(0, "." + current.Name + (current.Arity > 0 ? "-" + current.Arity : ""));
        string space = type.ContainingNamespace is { IsGlobalNamespace: false } containing ? containing.ToDisplayString() : "";
        string full = (space + name).TrimStart('.');

        bool isPlain = full.Length <= Longest && !HasTwin(type) && !string.Equals(full, Initializer, StringComparison.OrdinalIgnoreCase);
        var legal = new StringBuilder();
        foreach (char character in full)
        {
            bool isLegal = character is '.' or '-' or '_' || (character < 128 && char.IsLetterOrDigit(character));
            isPlain &= isLegal;
            legal.Append(isLegal ? character : '_');
        }
        string safe = legal.ToString();
        return isPlain ? safe : safe.Substring(safe.Length > Longest ? safe.Length - Longest : 0) + "-" + Hash(full);
    }

    // File systems, and Roslyn's own check, compare names without case: Adam and ADAM must differ.
    private static bool HasTwin(INamespaceOrTypeSymbol symbol) => symbol.ContainingSymbol is INamespaceOrTypeSymbol container
        && (container.GetMembers().Any(other => other is INamespaceOrTypeSymbol && other.Name != symbol.Name
            && string.Equals(other.Name, symbol.Name, StringComparison.OrdinalIgnoreCase)) || HasTwin(container));

    private static string Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char character in text)
            hash = unchecked((hash ^ character) * 16777619);
        return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }
}
