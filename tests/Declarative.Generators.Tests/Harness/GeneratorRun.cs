using System.Collections.Immutable;
using Declarative.Generators.Emission;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generators.Tests;

/// <summary>A run of the generator and what came of it.</summary>
internal sealed record GeneratorRun(GeneratorDriver Driver, CSharpCompilation Input, Compilation Output)
{
    /// <summary>The steps that find annotated classes.</summary>
    public static IEnumerable<string> FindSteps { get; } = [TrackingNames.FindHyperparameters, TrackingNames.FindRules, TrackingNames.FindStates];

    /// <summary>The steps whose values must be as small and as stable as models.</summary>
    public static IEnumerable<string> TrackedNames { get; } =
        [.. FindSteps, TrackingNames.Parse, TrackingNames.Differentiate, TrackingNames.Emit, TrackingNames.Assembly];

    private GeneratorRunResult Result => Driver.GetRunResult().Results.Single();

    /// <summary>The generated sources by hint name, without those that every assembly gets.</summary>
    public IReadOnlyDictionary<string, string> Sources => Result.GeneratedSources
        .Where(source => source.HintName != "Declarative.NativeLibraries.g.cs")
        .ToDictionary(source => source.HintName, source => source.SourceText.ToString());

    /// <summary>The only class's generated source.</summary>
    public string Source => Sources.Values.Single();

    /// <summary>The module initializer's source.</summary>
    public string Initializer => Result.GeneratedSources.Single(source => source.HintName == "Declarative.NativeLibraries.g.cs").SourceText.ToString();

    /// <summary>What was read of each annotated class.</summary>
    public IEnumerable<TypeModel> Models => Outputs(TrackingNames.Parse).Select(output => output.Value).OfType<TypeModel>();

    /// <summary>What is emitted of the class of a name.</summary>
    public TypePlan Plan(string name) => Outputs(TrackingNames.Differentiate).Select(output => output.Value).OfType<TypePlan>()
        .Single(plan => plan.Type.HintName == name);

    /// <summary>The results of all executions of a step.</summary>
    public IEnumerable<(object? Value, IncrementalStepRunReason Reason)> Outputs(string step) =>
        Result.TrackedSteps.TryGetValue(step, out ImmutableArray<IncrementalGeneratorRunStep> runs) ? runs.SelectMany(run => run.Outputs).Select(output => ((object?)output.Value, output.Reason)) : [];

    /// <summary>Every value that the generator keeps between runs.</summary>
    public IEnumerable<object> Values() => TrackedNames.SelectMany(Outputs).Select(output => output.Value).OfType<object>();

    /// <summary>Runs once more, on another compilation.</summary>
    public GeneratorRun Again(CSharpCompilation compilation) =>
        new(Driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _), compilation, output);

    /// <summary>Runs once more, with another text of the last source.</summary>
    public GeneratorRun AfterEdit(Func<string, string> edit)
    {
        SyntaxTree tree = Input.SyntaxTrees[^1];
        string edited = edit(tree.ToString());
        Assert.NotEqual(tree.ToString(), edited);
        return Again(Input.ReplaceSyntaxTree(tree, GeneratorHarness.Parse(edited)));
    }
}
