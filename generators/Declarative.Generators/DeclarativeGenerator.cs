using System;
using System.Linq;
using System.Threading;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Emission;
using Declarative.Generators.Incrementality;
using Declarative.Generators.Models;
using Declarative.Generators.Parsing;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generators;

/// <summary>Generates, for each annotated class, the registration of its hyperparameters and its differentiated step; and, for each
/// assembly, the initializer that makes TorchSharp load.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class DeclarativeGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        Register(context, KnownNames.HyperparameterAttribute, TrackingNames.FindHyperparameters);
        Register(context, KnownNames.UpdateRuleAttribute, TrackingNames.FindRules);
        Register(context, KnownNames.StateAttribute, TrackingNames.FindStates);

        IncrementalValueProvider<string?> assembly = context.CompilationProvider
            .Select(static (compilation, _) => compilation.GetTypeByMetadataName(KnownNames.NativeLibraries) is null ? null : compilation.AssemblyName ?? "")
            .WithTrackingName(TrackingNames.Assembly);
        context.RegisterSourceOutput(assembly, static (output, name) =>
        {
            if (name is not null)
                output.AddSource(HintName.Initializer + ".g.cs", InitializerEmitter.Emit(name));
        });
    }

    private static void Register(IncrementalGeneratorInitializationContext context, string attribute, string findStep)
    {
        IncrementalValuesProvider<TypePlan> plans = context.SyntaxProvider
            .ForAttributeWithMetadataName(attribute, static (_, _) => true, (context, cancellation) => Find(context, attribute, cancellation))
            .WithTrackingName(findStep)
            .Where(static found => found is not null)
            .Select(static (found, cancellation) => found!.Read(Parse, cancellation))
            .WithTrackingName(TrackingNames.Parse)
            .Where(static model => model is not null)
            .Select(static (model, cancellation) => Guarded(() => Differentiate(model!, cancellation), failure => new(model! with { Failure = failure }, null, null, null)))
            .WithTrackingName(TrackingNames.Differentiate);
        IncrementalValuesProvider<(string HintName, string Source)> sources = plans
            .Select(static (plan, _) => (plan.Type.HintName, plan.Type.Failure is { } failed
                ? FailureEmitter.Emit(plan.Type.HintName, failed)
                : Guarded(() => TypeEmitter.Emit(plan), failure => FailureEmitter.Emit(plan.Type.HintName, failure))))
            .WithTrackingName(TrackingNames.Emit);
        context.RegisterSourceOutput(sources, static (output, source) => output.AddSource(source.HintName + ".g.cs", source.Source));
    }

    // A class is found once, at its first annotated member, however many it has and however often that one is annotated.
    private static AnnotatedClass? Find(GeneratorAttributeSyntaxContext context, string attribute, CancellationToken cancellation)
    {
        ISymbol annotated = context.TargetSymbol;
        if (annotated.ContainingType is not { } type || annotated is not (IFieldSymbol or IPropertySymbol or IMethodSymbol))
            return null;
        // A class lists the defining part of a partial member only.
        ISymbol listed = (annotated as IMethodSymbol)?.PartialDefinitionPart ?? (annotated as IPropertySymbol)?.PartialDefinitionPart ?? annotated;
        ISymbol? first = TypeParser.AnnotatedMembers(type).FirstOrDefault();
        if (first is null || !SymbolEqualityComparer.Default.Equals(first, listed) || TypeParser.FirstAttribute(first) is not { } reason
            || !reason.AttributeClass.Is(attribute) || !IsWrittenOn(reason, context.TargetNode))
            return null;
        return new(type, context.SemanticModel.Compilation, cancellation);
    }

    private static TypeModel? Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        Guarded(() => TypeParser.Parse(type, compilation, cancellation), failure => TypeModel.Failed(HintName.Of(type), failure));

    // An exception of one class must not take the others' output away.
    private static T Guarded<T>(Func<T> work, Func<string, T> failed)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return failed(FailureEmitter.Describe(exception));
        }
    }

    private static bool IsWrittenOn(AttributeData attribute, SyntaxNode target)
    {
        SyntaxNode declaration = target is VariableDeclaratorSyntax ? target.Parent?.Parent ?? target : target;
        return attribute.ApplicationSyntaxReference is { } reference && reference.SyntaxTree == target.SyntaxTree && declaration.FullSpan.Contains(reference.Span);
    }

    private static TypePlan Differentiate(TypeModel model, CancellationToken cancellation)
    {
        if (model.Failure is not null || model.Rule is not { } rule)
            return new(model, null, null, null);
        StepBody step = Simplifier.Simplify(rule, rule.Statements);
        cancellation.ThrowIfCancellationRequested();
        StepBody tangentStep = Simplifier.Simplify(rule, ForwardDifferentiation.Differentiate(rule));
        cancellation.ThrowIfCancellationRequested();
        return new(model, step, tangentStep, Simplifier.SimplifyAdjoint(rule, ReverseDifferentiation.Differentiate(rule)));
    }
}
