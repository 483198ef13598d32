using System.Threading;
using Declarative.Generators.Differentiation;
using Declarative.Generators.Emission;
using Declarative.Generators.Incrementality;
using Declarative.Generators.Models;
using Declarative.Generators.Parsing;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;

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
                output.AddSource("Declarative.NativeLibraries.g.cs", InitializerEmitter.Emit(name));
        });
    }

    private static void Register(IncrementalGeneratorInitializationContext context, string attribute, string findStep)
    {
        IncrementalValuesProvider<TypePlan> plans = context.SyntaxProvider
            .ForAttributeWithMetadataName(attribute, static (_, _) => true, static (found, cancellation) =>
                AnnotatedClass.AtFirstMember(found.TargetSymbol, found.SemanticModel.Compilation, cancellation))
            .WithTrackingName(findStep)
            .Where(static found => found is not null)
            .Select(static (found, cancellation) => found!.Read(cancellation))
            .WithTrackingName(TrackingNames.Parse)
            .Where(static model => model is not null)
            .Select(static (model, cancellation) => Differentiate(model!, cancellation))
            .WithTrackingName(TrackingNames.Differentiate);
        IncrementalValuesProvider<(string HintName, string Source)> sources = plans
            .Select(static (plan, _) => (plan.Type.HintName, TypeEmitter.Emit(plan)))
            .WithTrackingName(TrackingNames.Emit);
        context.RegisterSourceOutput(sources, static (output, source) => output.AddSource(source.HintName + ".g.cs", source.Source));
    }

    private static TypePlan Differentiate(TypeModel model, CancellationToken cancellation)
    {
        if (model.Rule is not { } rule)
            return new(model, null, null, null);
        StepBody step = Simplifier.Simplify(rule, rule.Statements);
        cancellation.ThrowIfCancellationRequested();
        StepBody tangentStep = Simplifier.Simplify(rule, ForwardDifferentiation.Differentiate(rule));
        cancellation.ThrowIfCancellationRequested();
        return new(model, step, tangentStep, Simplifier.SimplifyAdjoint(rule, ReverseDifferentiation.Differentiate(rule)));
    }
}
