using System.Linq;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generators.Parsing;

/// <summary>What an annotated field and an annotated property have in common.</summary>
internal static class DeclaredMember
{
    /// <summary>The type of a field or a property.</summary>
    public static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;

    /// <summary>Whether generated code can hold the values of a member: a field that it can write, or a partial property that it implements.</summary>
    /// <param name="member">A field or a property.</param>
    /// <param name="hasSetter">Whether the property must have a setter; otherwise it must have none.</param>
    public static bool CanBeGenerated(ISymbol member, bool hasSetter) => member switch
    {
        IFieldSymbol field => !field.IsStatic && !field.IsConst && !field.IsReadOnly,
        IPropertySymbol property => property is { IsStatic: false, IsIndexer: false, GetMethod: not null, RefKind: RefKind.None }
            && property.SetMethod is null or { IsInitOnly: false } && hasSetter == property.SetMethod is not null && IsToImplement(property),
        _ => false,
    };

    /// <summary>The header of the part of a partial property that is generated, with its setter; null for a field.</summary>
    public static PropertyModel? ImplementationOf(ISymbol member)
    {
        if (member is not IPropertySymbol property || DeclarationOf(property) is not { } declaration)
            return null;
        bool isTensor = TypeOf(member).SpecialType != SpecialType.System_Double;
        string type = isTensor ? "global::" + KnownNames.Tensor : "double";
        string nullable = property.NullableAnnotation == NullableAnnotation.Annotated ? "?" : "";
        AccessorDeclarationSyntax? setter = declaration.AccessorList?.Accessors.FirstOrDefault(accessor => accessor.IsKind(SyntaxKind.SetAccessorDeclaration));
        return new(Words(declaration.Modifiers, $"{type}{nullable} {Identifier.Escape(property.Name)}"),
            setter is null ? null : Words(setter.Modifiers, "set"), StorageOf(property), isTensor);
    }

    /// <summary>The field that holds a member's value: itself, or the one behind a partial property.</summary>
    public static string StorageOf(ISymbol member) => member is IPropertySymbol ? "__" + member.Name : Identifier.Escape(member.Name);

    private static bool IsToImplement(IPropertySymbol property) =>
        property.IsPartialDefinition && (property.PartialImplementationPart is null || property.IsGenerated());

    private static PropertyDeclarationSyntax? DeclarationOf(IPropertySymbol property) =>
        property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() as PropertyDeclarationSyntax;

    private static string Words(SyntaxTokenList modifiers, string rest) => string.Join(" ", modifiers.Select(modifier => modifier.ValueText).Append(rest));
}
