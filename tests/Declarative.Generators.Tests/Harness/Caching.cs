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

    /// <summary>Asserts that a later run gave the same sources and computed none of them.</summary>
    public static void AssertCached(GeneratorRun first, GeneratorRun again)
    {
        foreach (string step in GeneratorRun.TrackedNames)
        {
            IncrementalStepRunReason expected = step is TrackingNames.Differentiate or TrackingNames.Emit ? IncrementalStepRunReason.Cached : IncrementalStepRunReason.Unchanged;
            Assert.Equal(first.Outputs(step).Count(), again.Outputs(step).Count());
            Assert.All(again.Outputs(step), output => Assert.True(output.Reason == expected, $"{step}: {output.Reason}, not {expected}"));
        }
        Assert.Equal(first.Sources, again.Sources);
    }
}
