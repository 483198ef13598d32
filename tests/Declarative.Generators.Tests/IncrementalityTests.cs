using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>What is computed again after an edit, and what is not. Every other test asserts the same for a copy of the compilation
/// and for an unrelated file.</summary>
public sealed class IncrementalityTests
{
    private const string TwoRules = """
        public sealed partial class First
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient;
        }

        public sealed partial class Second
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - 2 * rate * gradient;
        }
        """;

    public static TheoryData<string, string> EditsThatChangeNothing => new()
    {
        { "public sealed", "// A comment.\n\npublic sealed" },
        { "        velocity =", "    velocity =" },
        { "gradient +", "gradient\n\n +" },
        { "    return", "    // Why.\n return" },
        { "public sealed partial class HeavyBall", "public class Unrelated;\npublic sealed partial class HeavyBall" },
        { "[UpdateRule]", "public int Unrelated { get; set; }\n[UpdateRule]" },
        { "[State] private", "[Obsolete, State] private" },
    };

    public static TheoryData<string, string> EditsThatChangeTheModel => new()
    {
        { "0.05", "0.06" },
        { "double momentum", "double inertia, momentum" },
        { "return parameter -", "return parameter -  2 *" },
        { "[State] private", "[State] private Tensor other; [State] private" },
        { "class HeavyBall", "class Renamed" },
    };

    [Theory, MemberData(nameof(EditsThatChangeNothing))]
    public void Nothing_follows_from_an_edit_that_changes_no_declaration(string from, string to)
    {
        GeneratorRun run = GeneratorHarness.Run(Samples.HeavyBall);
        Caching.AssertReadTheSame(run, run.AfterEdit(source => source.Replace(from, to)));
    }

    [Theory, MemberData(nameof(EditsThatChangeTheModel))]
    public void A_changed_declaration_is_differentiated_and_emitted_again(string from, string to)
    {
        GeneratorRun run = GeneratorHarness.Run(Samples.HeavyBall);
        GeneratorRun again = run.AfterEdit(source => source.Replace(from, to));
        Assert.Equal(IncrementalStepRunReason.Modified, Assert.Single(again.Outputs(TrackingNames.Differentiate)).Reason);
        Assert.Equal(IncrementalStepRunReason.Modified, Assert.Single(again.Outputs(TrackingNames.Emit)).Reason);
        Assert.NotEqual(run.Source, again.Source);
    }

    [Fact]
    public void An_edit_of_one_class_computes_that_class_only()
    {
        GeneratorRun run = GeneratorHarness.Run(TwoRules);
        GeneratorRun again = run.AfterEdit(source => source.Replace("2 *", "3 *"));
        foreach (string step in new[] { TrackingNames.Differentiate, TrackingNames.Emit })
            Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], again.Outputs(step).Select(output => output.Reason));
        Assert.Equal(run.Sources["First.g.cs"], again.Sources["First.g.cs"]);
        Assert.NotEqual(run.Sources["Second.g.cs"], again.Sources["Second.g.cs"]);
    }

    [Fact]
    public void A_class_in_two_files_follows_edits_of_either()
    {
        const string other = "public sealed partial class Rule { [State] private Tensor velocity; private const double Factor = 2; }";
        GeneratorRun run = GeneratorHarness.Run("""
            public sealed partial class Rule
            {
                [Hyperparameter(0.1, Domain.Positive)] private double rate;
                [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) { velocity = gradient; return parameter - Factor * rate * velocity; }
            }
            """, other);
        Assert.Contains("2 * rate", run.AfterEdit(source => source + "// A comment.").Source);
        Assert.Contains("3 * rate", run.AfterEdit(source => source.Replace("Factor = 2", "Factor = 3")).Source);
    }

    [Fact]
    public void A_class_that_is_no_longer_valid_loses_its_output_and_gets_it_back()
    {
        GeneratorRun run = GeneratorHarness.Run(TwoRules);
        GeneratorRun broken = run.AfterEdit(source => source.Replace("2 * rate * gradient", "2 * rate * gradient.erfinv()"));
        Assert.Equal(["First.g.cs"], broken.Sources.Keys);
        Assert.Equal(run.Sources, broken.AfterEdit(source => source.Replace(".erfinv()", "")).Sources);
    }

    [Fact]
    public void Equal_sources_have_equal_models_and_hash_codes()
    {
        var first = Assert.Single(GeneratorHarness.Run(Samples.HeavyBall).Models);
        var second = Assert.Single(GeneratorHarness.Run(Samples.HeavyBall).Models);
        Assert.NotSame(first, second);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }
}
