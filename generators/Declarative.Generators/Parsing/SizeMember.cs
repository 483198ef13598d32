using System.Linq;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Reads the member that <c>Size</c> names: a number of entries, or a module with an entry for each of its parameter tensors.</summary>
internal static class SizeMember
{
    /// <summary>The number of entries as an expression, or what is wrong with the name.</summary>
    public static (string? Expression, string? Reason) Read(INamedTypeSymbol type, string name)
    {
        string member = Identifier.Escape(name);
        foreach (ISymbol candidate in Ancestry.Bases(type).Prepend(type).SelectMany(level => level.GetMembers(name)))
        {
            if (TypeOf(candidate) is not { } found || (candidate.DeclaredAccessibility == Accessibility.Private && !IsOwn(candidate, type)))
                continue;
            if (found.SpecialType == SpecialType.System_Int32)
                return (member, null);
            if (found.IsOrDerivesFrom(KnownNames.Module))
                return ($"global::System.Linq.Enumerable.Count({member}.parameters())", null);
        }
        bool isParameter = type.InstanceConstructors.Any(constructor => constructor.Parameters.Any(parameter => parameter.Name == name));
        return (null, isParameter
            ? $"a parameter of a constructor, which is no member: give it one, 'private int {Identifier.Capitalized(name)} => {name};'"
            : "which must be an 'int' field or property of its class, or one that holds a module, for an entry per parameter tensor");
    }

    private static bool IsOwn(ISymbol member, INamedTypeSymbol type) => SymbolEqualityComparer.Default.Equals(member.ContainingType, type);

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IPropertySymbol { GetMethod: not null, IsIndexer: false } property => property.Type,
        IFieldSymbol field => field.Type,
        _ => null,
    };
}
