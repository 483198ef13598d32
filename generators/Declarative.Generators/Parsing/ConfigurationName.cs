using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>How generated code reads configuration: a field, a property, or a parameter of the primary constructor.</summary>
internal static class ConfigurationName
{
    /// <summary>The expression, for the generated part of a class.</summary>
    public static string Of(ISymbol symbol, INamedTypeSymbol type)
    {
        string name = Identifier.Escape(symbol.Name);
        if (symbol is IParameterSymbol)
            return name;
        string owner = symbol.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        if (symbol.IsStatic)
            return $"{owner}.{name}";
        return IsHidden(symbol, type) ? $"(({owner})this).{name}" : "this." + name;
    }

    // A member of a base class may be hidden by another of the same name.
    private static bool IsHidden(ISymbol symbol, INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type; level is not null && !SymbolEqualityComparer.Default.Equals(level.OriginalDefinition, symbol.ContainingType.OriginalDefinition); level = level.BaseType)
            foreach (ISymbol member in level.GetMembers(symbol.Name))
                if (!member.IsOverride)
                    return true;
        return false;
    }
}
