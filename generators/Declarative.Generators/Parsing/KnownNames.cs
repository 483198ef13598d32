using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>Names of the runtime's types, as metadata knows them, and what is recognized by them.</summary>
internal static class KnownNames
{
    public const string HyperparameterAttribute = "Declarative.HyperparameterAttribute";
    public const string StateAttribute = "Declarative.StateAttribute";
    public const string UpdateRuleAttribute = "Declarative.UpdateRuleAttribute";
    public const string DerivativeOfAttribute = "Declarative.DerivativeOfAttribute";
    public const string DeclaredHyperparametersAttribute = "Declarative.DeclaredHyperparametersAttribute";
    public const string HyperparameterOwner = "Declarative.IHyperparameterOwner";
    public const string NativeLibraries = "Declarative.Interop.NativeLibraries";
    public const string TensorOperations = "Declarative.Rules.TensorOperations";
    public const string Tensor = "TorchSharp.torch.Tensor";
    public const string Derivative = "Declarative.Derivative";
    public const string Scalar = "TorchSharp.Scalar";
    public const string Module = "TorchSharp.torch.nn.Module";

    /// <summary>The attribute of a class, if the symbol has it.</summary>
    public static AttributeData? Find(this ISymbol symbol, string attribute)
    {
        foreach (AttributeData data in symbol.GetAttributes())
            if (data.AttributeClass.Is(attribute))
                return data;
        return null;
    }

    /// <summary>Where an attribute is written.</summary>
    public static Location? Location(this AttributeData attribute) => attribute.ApplicationSyntaxReference?.GetSyntax().GetLocation();

    /// <summary>Whether it was generated: analyzers see the generated part too.</summary>
    public static bool IsGenerated(this ISymbol member) => member.Find("System.CodeDom.Compiler.GeneratedCodeAttribute") is not null;

    /// <summary>Whether a type has a name, compared part by part: this is asked of every member of every class after every edit.</summary>
    public static bool Is(this ITypeSymbol? type, string name)
    {
        if (type is not INamedTypeSymbol { Arity: 0 })
            return false;
        int end = name.Length;
        for (ISymbol? symbol = type; symbol is not null; symbol = symbol.ContainingSymbol)
        {
            if (symbol is INamespaceSymbol { IsGlobalNamespace: true })
                return end < 0;
            int start = end - symbol.Name.Length;
            if (start < 0 || (start > 0 && name[start - 1] != '.') || string.CompareOrdinal(name, start, symbol.Name, 0, symbol.Name.Length) != 0)
                return false;
            end = start - 1;
        }
        return false;
    }

    /// <summary>Whether a type is the class of a name, or derives from it.</summary>
    public static bool IsOrDerivesFrom(this ITypeSymbol? type, string name)
    {
        for (; type is not null; type = type.BaseType)
            if (type.Is(name))
                return true;
        return false;
    }

    /// <summary>A number on the host: its type converts to <c>double</c>.</summary>
    public static bool IsNumber(this ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double
        and not SpecialType.System_Decimal;

    public static bool IsInteger(this ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;

    public static bool IsEnum(this ITypeSymbol? type) => type?.TypeKind == TypeKind.Enum;

    /// <summary>Whole, as a number or as a member of an enumeration.</summary>
    public static bool IsWhole(this ITypeSymbol? type) => type.IsInteger() || type.IsEnum();
}
