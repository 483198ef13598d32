using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Reports what is wrong with a declaration.</summary>
internal delegate void Report(DiagnosticDescriptor descriptor, Location? location, params object[] arguments);

/// <summary>Reads an annotated class. The generator builds its model from it; the analyzer reports what it complains of.</summary>
internal static class TypeParser
{
    /// <summary>Whether a class declares anything to this library.</summary>
    public static bool IsAnnotated(INamedTypeSymbol type) => AnnotatedMembers(type).Any();

    /// <summary>The annotated members in the order of declaration.</summary>
    public static IEnumerable<ISymbol> AnnotatedMembers(INamedTypeSymbol type) => type.GetMembers().Where(member =>
        member.Find(KnownNames.HyperparameterAttribute) is not null
        || member.Find(KnownNames.StateAttribute) is not null
        || member.Find(KnownNames.UpdateRuleAttribute) is not null);

    /// <summary>Reads the declarations of a class, all but the body of its update rule.</summary>
    /// <returns>The model without a rule, and the rule's method; no model where something is wrong.</returns>
    public static (TypeModel? Model, IMethodSymbol? Rule) ParseDeclarations(INamedTypeSymbol type, Report report, CancellationToken cancellation)
    {
        bool isValid = true;
        Report complain = (descriptor, location, arguments) =>
        {
            isValid = false;
            report(descriptor, location, arguments);
        };

        CheckType(type, complain);
        IMethodSymbol[] rules = [.. type.GetMembers().OfType<IMethodSymbol>().Where(method => method.Find(KnownNames.UpdateRuleAttribute) is not null)];
        foreach (IMethodSymbol rule in rules)
            if (rules.Length > 1 || !RuleParser.HasSignature(rule))
                complain(Diagnostics.IllegalRuleSignature, rule.Locations.FirstOrDefault(), rule.Name);

        var hyperparameters = new List<HyperparameterModel>();
        var states = new List<StateModel>();
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>())
        {
            cancellation.ThrowIfCancellationRequested();
            AttributeData? attribute = field.Find(KnownNames.HyperparameterAttribute);
            AttributeData? stateAttribute = field.Find(KnownNames.StateAttribute);
            if (attribute is not null && stateAttribute is not null)
                complain(Diagnostics.Collision, field.Locations.FirstOrDefault(), field.Name, "the state " + field.Name);
            if ((attribute ?? stateAttribute) is not null && field.AssociatedSymbol is { } property)
                complain(Diagnostics.ReadOnlyMember, property.Locations.FirstOrDefault(), property.Name);
            if (attribute is not null)
                hyperparameters.Add(HyperparameterParser.Parse(field, attribute, hasRule: rules.Length > 0, complain));
            if (stateAttribute is not null)
                states.Add(ParseState(field, stateAttribute, hasRule: rules.Length > 0, complain));
        }
        foreach (IGrouping<string, HyperparameterModel> group in hyperparameters.GroupBy(item => item.Name).Where(group => group.Count() > 1))
            foreach (HyperparameterModel later in group.Skip(1))
                complain(Diagnostics.Collision, type.GetMembers(later.Field.TrimStart('@')).FirstOrDefault()?.Locations.FirstOrDefault(),
                    later.Field, group.First().Field);

        if (!isValid)
            return (null, null);
        var model = new TypeModel(
            NamespaceOf(type), Declarations(type), HintName.Of(type), hyperparameters.ToEquatable(), states.ToEquatable(), Rule: null);
        return (model, rules.FirstOrDefault());
    }

    /// <summary>Reads a whole class for the generator, which stays quiet about what is wrong with it.</summary>
    public static TypeModel? Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        (TypeModel? model, IMethodSymbol? method) = ParseDeclarations(type, Quiet, cancellation);
        if (model is null || method is null)
            return model;
        method = method.PartialImplementationPart ?? method;
        SyntaxNode? syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
        if (syntax is null || compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellation) is not IMethodBodyOperation body
            || (body.BlockBody ?? body.ExpressionBody) is not { } block)
            return null;
        RuleBody? rule = RuleParser.Parse(method, block, compilation, report: null, cancellation);
        return rule is null ? null : model with { Rule = rule };
    }

    private static void Quiet(DiagnosticDescriptor descriptor, Location? location, params object[] arguments)
    {
    }

    private static void CheckType(INamedTypeSymbol type, Report report)
    {
        Location? location = type.Locations.FirstOrDefault();
        if (type.TypeKind != TypeKind.Class || type.IsStatic || type.IsFileLocal)
            report(Diagnostics.NotPartial, location, type.Name);
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
            if (!current.DeclaringSyntaxReferences.Any(IsPartial) || (current.IsFileLocal && current.Name != type.Name))
                report(Diagnostics.NotPartial, current.Locations.FirstOrDefault(), current.Name);
        foreach (string name in new[] { "Hyperparameters", "__hyperparameters" })
            if (type.GetMembers(name).FirstOrDefault(member => !member.IsImplicitlyDeclared && !IsGenerated(member)) is { } taken)
                report(Diagnostics.Collision, taken.Locations.FirstOrDefault(), taken.Name, $"{type.Name}.{name}");
            else if (type.Name == name)
                report(Diagnostics.Collision, location, name, $"{type.Name}.{name}");
        for (INamedTypeSymbol? ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
            if (IsAnnotated(ancestor) || ancestor.AllInterfaces.Any(contract => contract.Is(KnownNames.HyperparameterOwner)))
            {
                report(Diagnostics.InheritedHyperparameters, location, type.Name, ancestor.Name);
                break;
            }
    }

    // The analyzer sees the generated part too.
    private static bool IsGenerated(ISymbol member) => member.Find("System.CodeDom.Compiler.GeneratedCodeAttribute") is not null;

    private static bool IsPartial(SyntaxReference reference) =>
        reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword);

    private static StateModel ParseState(IFieldSymbol field, AttributeData attribute, bool hasRule, Report report)
    {
        if (field.IsStatic || field.IsConst || field.IsReadOnly)
            report(Diagnostics.ReadOnlyMember, field.Locations.FirstOrDefault(), field.Name);
        if (!hasRule || !(field.Type.Is(KnownNames.Tensor) || field.Type.SpecialType == SpecialType.System_Double))
            report(Diagnostics.IllegalState, field.Locations.FirstOrDefault(), field.Name);
        double initial = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Initial").Value.Value as double? ?? 0;
        return new(Identifier.Escape(field.Name), field.Type.SpecialType == SpecialType.System_Double, initial);
    }

    private static string NamespaceOf(INamedTypeSymbol type)
    {
        var names = new List<string>();
        for (INamespaceSymbol? space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
            names.Insert(0, Identifier.Escape(space.Name));
        return string.Join(".", names);
    }

    private static EquatableArray<string> Declarations(INamedTypeSymbol type)
    {
        var declarations = new List<string>();
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            string keyword = (current.IsRecord, current.TypeKind) switch
            {
                (true, TypeKind.Struct) => "record struct",
                (true, _) => "record",
                (_, TypeKind.Struct) => "struct",
                (_, TypeKind.Interface) => "interface",
                _ => "class",
            };
            string parameters = current.TypeParameters.Length == 0 ? ""
                : "<" + string.Join(", ", current.TypeParameters.Select(parameter => Identifier.Escape(parameter.Name))) + ">";
            declarations.Insert(0, $"partial {keyword} {Identifier.Escape(current.Name)}{parameters}");
        }
        return declarations.ToEquatable();
    }
}
