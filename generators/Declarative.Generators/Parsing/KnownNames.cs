using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Names of the runtime's types, as metadata knows them, and what is recognized by them.</summary>
internal static class KnownNames
{
    public const string HyperparameterAttribute = "Declarative.HyperparameterAttribute";
    public const string StateAttribute = "Declarative.StateAttribute";
    public const string UpdateRuleAttribute = "Declarative.UpdateRuleAttribute";
    public const string DerivativeOfAttribute = "Declarative.DerivativeOfAttribute";
    public const string HyperparameterOwner = "Declarative.IHyperparameterOwner";
    public const string NativeLibraries = "Declarative.Interop.NativeLibraries";
    public const string Tensor = "TorchSharp.torch.Tensor";
    public const string Scalar = "TorchSharp.Scalar";

    /// <summary>The attribute of a class, if the symbol has it.</summary>
    public static AttributeData? Find(this ISymbol symbol, string attribute)
    {
        foreach (AttributeData data in symbol.GetAttributes())
            if (data.AttributeClass?.ToDisplayString() == attribute)
                return data;
        return null;
    }

    public static bool Is(this ITypeSymbol? type, string name) =>
        type is not null && type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString() == name;

    /// <summary>A number on the host: its type converts to <c>double</c>.</summary>
    public static bool IsNumber(this ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double
        and not SpecialType.System_Decimal;

    public static bool IsInteger(this ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;

    public static bool IsEnum(this ITypeSymbol? type) => type?.TypeKind == TypeKind.Enum;

    /// <summary>Whole, as a number or as a member of an enumeration.</summary>
    public static bool IsWhole(this ITypeSymbol? type) => type.IsInteger() || type.IsEnum();
}
