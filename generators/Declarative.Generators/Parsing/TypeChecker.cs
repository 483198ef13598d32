using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generators.Parsing;

/// <summary>Whether a type can be extended by generated code. Everything is reported at the type or at its own members: a base class may
/// belong to another compilation, where nothing can be reported.</summary>
internal static class TypeChecker
{
    /// <summary>The members that every annotated class, or a base class of it, gets.</summary>
    public const string Set = "Hyperparameters";

    /// <summary>The field behind <see cref="Set"/>.</summary>
    public const string SetField = "__hyperparameters";

    /// <summary>The method that each class of a hierarchy adds its hyperparameters in.</summary>
    public const string DeclareMethod = "__DeclareHyperparameters";

    /// <summary>The method that an override of <c>RegisterComponents</c> must call.</summary>
    public const string CreateMethod = "CreateHyperparameters";

    public static void Check(INamedTypeSymbol type, Compilation compilation, Report report, CancellationToken cancellation)
    {
        if (KindOf(type) is { } kind)
            report(Diagnostics.UnsupportedTypeKind, LocationOf(type), type.Name, kind);
        else if (!IsPartial(type))
            report(Diagnostics.NotPartial, LocationOf(type), type.Name);
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
            if (container.IsFileLocal)
                report(Diagnostics.UnsupportedTypeKind, LocationOf(container), container.Name, FileLocal);
            else if (!IsPartial(container))
                report(Diagnostics.NotPartial, LocationOf(container), container.Name);
        foreach (string name in GeneratedNames(type))
            if (type.GetMembers(name).FirstOrDefault(member => !member.IsImplicitlyDeclared && !member.IsGenerated()) is { } taken)
                report(Diagnostics.Collision, LocationOf(taken), taken.Name, $"{type.Name}.{name}");
            else if (type.Name == name)
                report(Diagnostics.Collision, LocationOf(type), name, $"{type.Name}.{name}");
        if (Ancestry.Unknown(type, compilation, cancellation) is { } unknown)
            report(Diagnostics.InheritedHyperparameters, LocationOf(type), type.Name, unknown.Name);
    }

    /// <summary>How the tensors of a class are kept out of a module's parameters and buffers.</summary>
    public static ComponentRegistration RegistrationOf(INamedTypeSymbol type)
    {
        if (!type.IsOrDerivesFrom(KnownNames.Module))
            return ComponentRegistration.None;
        IMethodSymbol? method = Ancestry.Bases(type).Prepend(type).SelectMany(level => level.GetMembers("RegisterComponents")).OfType<IMethodSymbol>()
            .FirstOrDefault(method => method.Parameters.Length == 0 && !method.IsGenerated());
        bool isOverridden = method is not null && (method.IsSealed || SymbolEqualityComparer.Default.Equals(method.ContainingType, type));
        return isOverridden ? ComponentRegistration.Call : ComponentRegistration.Override;
    }

    private const string FileLocal = "a file-local type, which no other file can extend";

    private static IEnumerable<string> GeneratedNames(INamedTypeSymbol type)
    {
        string[] names = [Set, SetField, DeclareMethod];
        return RegistrationOf(type) == ComponentRegistration.Call ? names.Append(CreateMethod) : names;
    }

    private static string? KindOf(INamedTypeSymbol type) => type switch
    {
        { IsFileLocal: true } => FileLocal,
        { IsRecord: true } => "a record, which copies and compares its fields",
        { TypeKind: TypeKind.Struct } => "a struct, whose copies would go their own ways",
        { TypeKind: TypeKind.Interface } => "an interface, which has no fields",
        { IsStatic: true } => "a static class, which has no instances",
        { TypeKind: not TypeKind.Class } => "no class",
        _ => null,
    };

    private static bool IsPartial(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Any(reference =>
        reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static Location? LocationOf(ISymbol symbol) => symbol.Locations.FirstOrDefault();
}
