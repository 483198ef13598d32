using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>What a class inherits from annotated base classes. Of those in its own compilation the source is read, because the generator
/// does not see its own output; of those in another assembly, where private members cannot be seen, what was generated into them.</summary>
internal sealed class Ancestry
{
    private readonly List<string> names = [];
    private readonly List<ISymbol> visible = [];

    private Ancestry()
    {
    }

    /// <summary>Whether a base class has a set of hyperparameters, which may be empty.</summary>
    public bool HasSet { get; private set; }

    /// <summary>The names of the inherited hyperparameters in the order of the set.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The inherited hyperparameters and states that the class can name, those of the outermost base first.</summary>
    public IReadOnlyList<ISymbol> Visible => visible;

    /// <summary>What a class inherits.</summary>
    public static Ancestry Of(INamedTypeSymbol type)
    {
        var ancestry = new Ancestry();
        foreach (INamedTypeSymbol ancestor in Bases(type).Reverse())
        {
            string[]? declared = IsSource(ancestor, type) ? NamesInSource(ancestor) : NamesInMetadata(ancestor);
            if (declared is null)
                continue;
            ancestry.HasSet = true;
            ancestry.names.AddRange(declared);
            ancestry.visible.AddRange(TypeParser.AnnotatedMembers(ancestor)
                .Where(member => member is IFieldSymbol or IPropertySymbol && IsVisible(member, type)));
        }
        return ancestry;
    }

    /// <summary>The nearest base class that has hyperparameters, but no generated part that tells which.</summary>
    public static INamedTypeSymbol? Unknown(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        Bases(type).FirstOrDefault(ancestor => IsSource(ancestor, type)
            ? TypeParser.IsAnnotated(ancestor) ? TypeParser.Parse(ancestor.OriginalDefinition, compilation, cancellation) is null : IsWrittenByHand(ancestor)
            : NamesInMetadata(ancestor) is null && (TypeParser.IsAnnotated(ancestor) || IsWrittenByHand(ancestor)));

    /// <summary>The base classes, from the nearest.</summary>
    public static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? ancestor = type.BaseType; ancestor is { TypeKind: TypeKind.Class }; ancestor = ancestor.BaseType)
            yield return ancestor;
    }

    private static bool IsSource(INamedTypeSymbol ancestor, INamedTypeSymbol type) =>
        SymbolEqualityComparer.Default.Equals(ancestor.ContainingAssembly, type.ContainingAssembly);

    private static string[]? NamesInSource(INamedTypeSymbol type) => !TypeParser.IsAnnotated(type) ? null
        : [.. TypeParser.AnnotatedMembers(type).Where(member => member.Find(KnownNames.HyperparameterAttribute) is not null)
            .Select(member => Identifier.CamelCase(member.Name))];

    private static string[]? NamesInMetadata(INamedTypeSymbol type) =>
        type.Find(KnownNames.DeclaredHyperparametersAttribute)?.ConstructorArguments is [{ Kind: TypedConstantKind.Array, IsNull: false } list]
            ? [.. list.Values.Select(name => name.Value as string ?? "")] : null;

    private static bool IsWrittenByHand(INamedTypeSymbol type) => type.Interfaces.Any(contract => contract.Is(KnownNames.HyperparameterOwner)
        || contract.AllInterfaces.Any(inherited => inherited.Is(KnownNames.HyperparameterOwner)));

    private static bool IsVisible(ISymbol member, INamedTypeSymbol type) => member.DeclaredAccessibility switch
    {
        Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal => true,
        Accessibility.Internal or Accessibility.ProtectedAndInternal => IsSource(member.ContainingType, type)
            || member.ContainingAssembly.GivesAccessTo(type.ContainingAssembly),
        _ => IsNestedIn(type, member.ContainingType),
    };

    private static bool IsNestedIn(INamedTypeSymbol type, INamedTypeSymbol outer)
    {
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
            if (SymbolEqualityComparer.Default.Equals(container.OriginalDefinition, outer.OriginalDefinition))
                return true;
        return false;
    }
}
