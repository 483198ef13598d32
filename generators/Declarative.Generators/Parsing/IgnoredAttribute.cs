using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generators.Parsing;

/// <summary>Where an attribute of ours stands that would have no effect.</summary>
internal static class IgnoredAttribute
{
    /// <summary>Why the attribute of a member has no effect: the compiler has put it where nobody wrote a member.</summary>
    public static string? ReasonFor(ISymbol member) => member switch
    {
        IFieldSymbol { AssociatedSymbol: IPropertySymbol property } =>
            $"it goes to the field behind '{property.Name}'; write it on a field, or on a partial property",
        IPropertySymbol property when property.DeclaringSyntaxReferences is [{ } reference] && reference.GetSyntax() is ParameterSyntax =>
            $"it goes to the property of the positional parameter '{property.Name}'; declare a field or a partial property",
        _ => null,
    };

    /// <summary>Why an attribute has no effect that the compiler drops, with a warning at most.</summary>
    public static string? ReasonFor(AttributeSyntax attribute)
    {
        if (attribute.Parent is not AttributeListSyntax list)
            return null;
        return list.Parent switch
        {
            LocalFunctionStatementSyntax => "a local function is no update rule; write a method of the class",
            LambdaExpressionSyntax => "a lambda is no update rule; write a method of the class",
            EventFieldDeclarationSyntax when TargetIs(list, SyntaxKind.FieldKeyword) => "it goes to the field behind an event; write it on a field",
            BaseFieldDeclarationSyntax when TargetIs(list, SyntaxKind.PropertyKeyword) => "a field is no property; leave 'property:' out",
            BasePropertyDeclarationSyntax property when TargetIs(list, SyntaxKind.FieldKeyword) && !HasBackingField(property) =>
                "there is no field behind this property; leave 'field:' out",
            ParameterSyntax { Parent.Parent: ClassDeclarationSyntax or StructDeclarationSyntax } when list.Target is not null =>
                "a parameter of a primary constructor is neither a field nor a property; declare a field",
            _ => null,
        };
    }

    private static bool TargetIs(AttributeListSyntax list, SyntaxKind keyword) => list.Target is { } target && target.Identifier.IsKind(keyword);

    private static bool HasBackingField(BasePropertyDeclarationSyntax property) => property is PropertyDeclarationSyntax { AccessorList: { } accessors }
        && !property.Modifiers.Any(SyntaxKind.PartialKeyword) && accessors.Accessors.All(accessor => accessor is { Body: null, ExpressionBody: null });
}
