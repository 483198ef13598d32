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
    public static IEnumerable<ISymbol> AnnotatedMembers(INamedTypeSymbol type) => type.GetMembers().Where(member => FirstAttribute(member) is not null);

    /// <summary>The attribute that makes a member an annotated one.</summary>
    public static AttributeData? FirstAttribute(ISymbol member) => member.Find(KnownNames.HyperparameterAttribute)
        ?? member.Find(KnownNames.StateAttribute) ?? member.Find(KnownNames.UpdateRuleAttribute);

    /// <summary>Reads the declarations of a class, all but the body of its update rule.</summary>
    /// <returns>The model without a rule, and the rule's method; no model where something is wrong.</returns>
    public static (TypeModel? Model, IMethodSymbol? Rule) ParseDeclarations(
        INamedTypeSymbol type, Compilation compilation, Report report, CancellationToken cancellation)
    {
        bool isValid = true;
        Report complain = (descriptor, location, arguments) =>
        {
            isValid = false;
            report(descriptor, location, arguments);
        };

        TypeChecker.Check(type, compilation, complain, cancellation);
        IMethodSymbol[] rules = [.. type.GetMembers().OfType<IMethodSymbol>().Where(method => method.Find(KnownNames.UpdateRuleAttribute) is not null)];
        foreach (IMethodSymbol rule in rules)
            if (rules.Length > 1 || !RuleParser.HasSignature(rule))
                complain(Diagnostics.IllegalRuleSignature, rule.Locations.FirstOrDefault(), rule.Name);
        bool hasRule = rules.Length > 0;
        if (hasRule && ExtensionMethods.Hiding(type, compilation) is { } hiding)
            complain(Diagnostics.Collision, rules[0].Locations.FirstOrDefault(), hiding.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat),
                "TensorOperations." + hiding.Name);

        Ancestry ancestry = Ancestry.Of(type);
        if (hasRule)
            foreach (ISymbol inherited in ancestry.Visible.Where(member => member.Find(KnownNames.HyperparameterAttribute) is not null))
                if (DeclaredMember.TypeOf(inherited).Is(KnownNames.Tensor))
                    complain(Diagnostics.UnsupportedHyperparameterType, type.Locations.FirstOrDefault(), inherited.Name,
                        DeclaredMember.TypeOf(inherited).ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));

        ISymbol[] inheritedStates = [.. ancestry.Visible.Where(member => hasRule && member.Find(KnownNames.StateAttribute) is not null)];
        foreach (ISymbol state in inheritedStates.Where(state => StateCondition.IsOutOfReach(state, type, compilation)))
            complain(Diagnostics.IllegalState, type.Locations.FirstOrDefault(), state.Name,
                $"is there only if '{StateCondition.NameOf(state)}', which '{type.Name}' cannot reach: make it a protected field or property");

        var hyperparameters = new List<HyperparameterModel>();
        var states = new List<StateModel>(inheritedStates.Select(state => StateParser.Read(state, type)));
        var properties = new List<PropertyModel>();
        var taken = new Dictionary<string, string>();
        foreach (string name in ancestry.Names)
            taken[name] = name;
        foreach (ISymbol member in type.GetMembers().Where(member => member is IFieldSymbol or IPropertySymbol))
        {
            cancellation.ThrowIfCancellationRequested();
            AttributeData? attribute = member.Find(KnownNames.HyperparameterAttribute);
            AttributeData? stateAttribute = member.Find(KnownNames.StateAttribute);
            if ((attribute ?? stateAttribute) is not { } first)
                continue;
            Location? location = member.Locations.FirstOrDefault();
            if (IgnoredAttribute.ReasonFor(member) is { } ignored)
            {
                complain(Diagnostics.IgnoredAttribute, first.Location() ?? location, attribute is null ? "State" : "Hyperparameter", ignored);
                continue;
            }
            if (attribute is not null && stateAttribute is not null)
                complain(Diagnostics.Collision, location, member.Name, "the state " + member.Name);
            if (attribute is not null)
            {
                HyperparameterModel item = HyperparameterParser.Parse(member, attribute, hasRule, complain);
                if (taken.TryGetValue(item.Name, out string? other))
                    complain(Diagnostics.Collision, location, member.Name, other);
                taken[item.Name] = member.Name;
                hyperparameters.Add(item);
            }
            if (stateAttribute is not null)
                states.Add(StateParser.Parse(member, canHaveStates: hasRule || type.IsAbstract, complain));
            if (DeclaredMember.ImplementationOf(member) is { } property)
            {
                if (type.GetMembers(property.Storage).Any(found => !found.IsGenerated()) || property.Storage == TypeChecker.SetField)
                    complain(Diagnostics.Collision, location, member.Name, $"{type.Name}.{property.Storage}");
                properties.Add(property);
            }
        }

        if (!isValid)
            return (null, null);
        var model = new TypeModel(NamespaceOf(type), HasFileScopedNamespaces(type), Declarations(type), HintName.Of(type), ancestry.HasSet, type.IsSealed,
            hyperparameters.Any(item => item.IsTensor) ? TypeChecker.RegistrationOf(type) : ComponentRegistration.None,
            hyperparameters.ToEquatable(), states.ToEquatable(), properties.ToEquatable(), Rule: null);
        return (model, rules.FirstOrDefault());
    }

    /// <summary>Reads a whole class for the generator, which stays quiet about what is wrong with it.</summary>
    public static TypeModel? Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        (TypeModel? model, IMethodSymbol? method) = ParseDeclarations(type, compilation, Quiet, cancellation);
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

    private static bool HasFileScopedNamespaces(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp10 };

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
