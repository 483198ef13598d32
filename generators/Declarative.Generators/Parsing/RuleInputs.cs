using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>What a rule can read that was declared: the hyperparameters and states of its class, after those that it inherits.</summary>
internal static class RuleInputs
{
    /// <summary>The hyperparameters, each with its position in the set.</summary>
    public static IEnumerable<(ISymbol Member, int Index)> Hyperparameters(INamedTypeSymbol type)
    {
        Ancestry ancestry = Ancestry.Of(type);
        var names = ancestry.Names.ToList();
        foreach (ISymbol member in Members(type, ancestry, KnownNames.HyperparameterAttribute))
        {
            bool isInherited = !SymbolEqualityComparer.Default.Equals(member.ContainingType, type);
            if (!isInherited)
                names.Add(Identifier.CamelCase(member.Name));
            int index = isInherited ? names.IndexOf(Identifier.CamelCase(member.Name)) : names.Count - 1;
            if (index >= 0)
                yield return (member, index);
        }
    }

    /// <summary>The states, in the order in which they are kept.</summary>
    public static IEnumerable<ISymbol> States(INamedTypeSymbol type) => Members(type, Ancestry.Of(type), KnownNames.StateAttribute);

    private static IEnumerable<ISymbol> Members(INamedTypeSymbol type, Ancestry ancestry, string attribute) =>
        ancestry.Visible.Concat(type.GetMembers()).Where(member => member is IFieldSymbol or IPropertySymbol && member.Find(attribute) is not null);
}
