using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>Asserts that the generator computes nothing twice.</summary>
internal static class Caching
{
    /// <summary>Runs twice more, on a copy of the compilation and after an unrelated edit: what is read is unchanged, and what
    /// follows from it is not computed.</summary>
    public static void AssertNothingRepeats(GeneratorRun run)
    {
        AssertCached(run, run.Again(run.Input.Clone()));
        AssertCached(run, run.Again(run.Input.AddSyntaxTrees(GeneratorHarness.ParseLike(run.Input, "internal class Unrelated { }"))));
    }

    /// <summary>Asserts that a later run gave the same sources, and read and computed nothing.</summary>
    public static void AssertCached(GeneratorRun first, GeneratorRun again)
    {
        AssertReasons(first, again, GeneratorRun.FindSteps, IncrementalStepRunReason.Unchanged);
        AssertReasons(first, again, [TrackingNames.Parse], IncrementalStepRunReason.Cached);
        AssertNothingFollows(first, again);
    }

    /// <summary>Asserts that a later run gave the same sources and computed nothing, though it may have read an edited class again.</summary>
    public static void AssertReadTheSame(GeneratorRun first, GeneratorRun again)
    {
        Assert.All(again.Outputs(TrackingNames.Parse), output => Assert.True(output.Reason is IncrementalStepRunReason.Unchanged or IncrementalStepRunReason.Cached));
        AssertNothingFollows(first, again);
    }

    private static void AssertNothingFollows(GeneratorRun first, GeneratorRun again)
    {
        AssertReasons(first, again, [TrackingNames.Differentiate, TrackingNames.Emit], IncrementalStepRunReason.Cached);
        AssertReasons(first, again, [TrackingNames.Assembly], IncrementalStepRunReason.Unchanged);
        Assert.Equal(first.Sources, again.Sources);
    }

    private static void AssertReasons(GeneratorRun first, GeneratorRun again, IEnumerable<string> steps, IncrementalStepRunReason expected)
    {
        foreach (string step in steps)
        {
            Assert.Equal(first.Outputs(step).Count(), again.Outputs(step).Count());
            Assert.All(again.Outputs(step), output => Assert.True(output.Reason == expected, $"{step}: {output.Reason}, not {expected}"));
        }
    }
}
