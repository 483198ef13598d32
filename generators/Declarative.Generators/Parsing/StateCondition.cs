using System.Linq;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generators.Parsing;

/// <summary>Reads the member that <c>If</c> of a state names: a condition, without which there is no such state.</summary>
internal static class StateCondition
{
    /// <summary>What a state's <c>If</c> says; null where it says nothing.</summary>
    public static string? NameOf(ISymbol state) =>
        state.Find(KnownNames.StateAttribute)?.NamedArguments.FirstOrDefault(argument => argument.Key == "If").Value.Value as string;

    /// <summary>The field, property or parameter that a state's <c>If</c> names; null where it names none that will do.</summary>
    public static ISymbol? Find(ISymbol state)
    {
        if (NameOf(state) is not { } name)
            return null;
        INamedTypeSymbol type = state.ContainingType;
        // A member hides the constructor's parameter of the same name, as it does in the rule.
        ISymbol[] members = [.. Ancestry.Bases(type).Prepend(type).SelectMany(level => level.GetMembers(name)).Where(member => IsSeen(member, type))];
        return members.Length > 0 ? IsCondition(members[0]) ? members[0] : null : ParameterOf(type, name);
    }

    /// <summary>The condition as the rule of a class reads it; null for a state that is always there.</summary>
    public static Node? Read(ISymbol state, INamedTypeSymbol type) => Find(state) switch
    {
        null => null,
        IFieldSymbol { HasConstantValue: true, ConstantValue: bool value } => new Flag(value),
        { } condition => new Setting(ConfigurationName.Of(condition, type), ValueKind.Flag, IsDouble: false),
    };

    /// <summary>Whether a class that inherits a state cannot read its condition.</summary>
    public static bool IsOutOfReach(ISymbol state, INamedTypeSymbol type, Compilation compilation) =>
        NameOf(state) is not null && (Find(state) is not { } condition || condition is IParameterSymbol || !compilation.IsSymbolAccessibleWithin(condition, type));

    private static bool IsSeen(ISymbol member, INamedTypeSymbol type) =>
        member.DeclaredAccessibility != Accessibility.Private || SymbolEqualityComparer.Default.Equals(member.ContainingType, type);

    private static bool IsCondition(ISymbol member) => member switch
    {
        IPropertySymbol { GetMethod: not null, IsIndexer: false } property => property.Type.SpecialType == SpecialType.System_Boolean,
        IFieldSymbol field => field.Type.SpecialType == SpecialType.System_Boolean,
        _ => false,
    };

    private static IParameterSymbol? ParameterOf(INamedTypeSymbol type, string name) => type.InstanceConstructors
        .Where(constructor => constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is TypeDeclarationSyntax)
        .SelectMany(constructor => constructor.Parameters)
        .FirstOrDefault(parameter => parameter.Name == name && parameter.Type.SpecialType == SpecialType.System_Boolean && parameter.RefKind == RefKind.None);
}
