using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generators.Tests;

/// <summary>What the driver does, and keeps, in a project of many classes in many files.</summary>
public sealed class ManyClassesTests
{
    private const int Files = 30;
    private const string Elsewhere = "internal static class Elsewhere { internal static int Next(int value) => value + 1; }";

    private static readonly string[] sources = [.. Enumerable.Range(0, Files).Select(File), Elsewhere];

    public static TheoryData<string, string> EditsElsewhere => new()
    {
        { "value + 1", "value + 2" },
        { "int value)", "int value, int step = 1)" },
        { "internal static class", "internal sealed class Other; internal static class" },
        { "class Elsewhere", "class Anywhere" },
        { "internal static class", "// Why.\ninternal static class" },
        { " }", "" },
    };

    [Theory, MemberData(nameof(EditsElsewhere))]
    public void An_edit_elsewhere_reads_no_class_again(string from, string to)
    {
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(sources));
        Assert.Equal(2 * Files, run.Sources.Count);
        Caching.AssertCached(run, run.AfterEdit(source => source.Replace(from, to)));
    }

    [Theory]
    [InlineData("rate * gradient", "rate * 3 * gradient")]
    [InlineData("[Hyperparameter(0.1", "[Hyperparameter(0.2")]
    public void An_edit_of_one_class_reads_and_computes_that_class_only(string from, string to)
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(sources);
        GeneratorRun run = GeneratorHarness.RunOnAnything(compilation);
        SyntaxTree edited = compilation.SyntaxTrees[1 + Files / 2];
        GeneratorRun again = run.Again(compilation.ReplaceSyntaxTree(edited, GeneratorHarness.Parse(edited.ToString().Replace(from, to))));
        foreach (string step in new[] { TrackingNames.Parse, TrackingNames.Differentiate, TrackingNames.Emit })
        {
            IncrementalStepRunReason[] reasons = [.. again.Outputs(step).Select(output => output.Reason)];
            Assert.Equal(2 * Files, reasons.Length);
            Assert.Single(reasons, IncrementalStepRunReason.Modified);
            Assert.Equal(2 * Files - 1, reasons.Count(reason => reason == IncrementalStepRunReason.Cached));
        }
        Assert.Equal($"Rule{Files / 2}.g.cs", Assert.Single(again.Sources, source => source.Value != run.Sources[source.Key]).Key);
    }

    [Fact]
    public void The_driver_keeps_no_compilation_but_the_last()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(sources);
        (GeneratorDriver driver, WeakReference first) = Live(compilation);
        for (int i = 0; i < 10 && first.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(first.IsAlive, "The first compilation is still alive.");
        GC.KeepAlive(driver);
    }

    // In a method of its own: its locals must not live on.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (GeneratorDriver Driver, WeakReference First) Live(CSharpCompilation template)
    {
        // A clone, for the template and its trees stay with the test.
        CSharpCompilation first = template.Clone();
        GeneratorRun run = GeneratorHarness.RunOnAnything(first);
        SyntaxTree last = first.SyntaxTrees[^1];
        GeneratorRun again = run.Again(first.ReplaceSyntaxTree(last, GeneratorHarness.Parse(last.ToString() + "// An edit.")));
        Assert.Equal(2 * Files, again.Sources.Count);
        return (again.Driver, new(first));
    }

    private static string File(int index) => $$"""
        public sealed partial class Rule{{index}}
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [State] private Tensor velocity;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient)
            {
                velocity = 0.{{index + 1}} * velocity + gradient;
                return parameter - rate * gradient - rate * velocity;
            }
        }

        public sealed partial class Loss{{index}}
        {
            [Hyperparameter(0.5, Domain.UnitInterval)] private Tensor weight;

            public Tensor Training(Batch batch) => weight * batch.Inputs.sum();
        }
        """;
}
