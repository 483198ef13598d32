namespace Declarative.Generators.Tests;

/// <summary>Whole generated files, read by a person. Few: they show what generated code looks like, and that it changed.</summary>
public sealed class SnapshotTests
{
    private static Target Generated(string source)
    {
        GeneratorRun run = GeneratorHarness.Run(source);
        (string hintName, string text) = run.Sources.Single();
        return new("cs", text, Path.GetFileNameWithoutExtension(hintName));
    }

    [Fact]
    public Task HeavyBall() => Verifier.Verify(Generated(Samples.HeavyBall));

    [Fact]
    public Task ReweightedLoss() => Verifier.Verify(Generated(Samples.ReweightedLoss));

    [Fact]
    public Task Sgd() => Verifier.Verify(Generated(Samples.BuiltIn("Sgd")));

    [Fact]
    public Task Adam() => Verifier.Verify(Generated(Samples.BuiltIn("Adam")));

    [Fact]
    public Task AdamW() => Verifier.Verify(Generated(Samples.BuiltIn("AdamW")));

    [Fact]
    public Task RmsProp() => Verifier.Verify(Generated(Samples.BuiltIn("RmsProp")));

    [Fact]
    public Task NestedGenericsAndKeywords() => Verifier.Verify(Generated("""
        namespace @event.@await.Inner
        {
            public partial class Outer<@class> where @class : notnull
            {
                internal partial record struct @record<T>
                {
                    private sealed partial class @field<TKey>(bool @checked)
                    {
                        [Hyperparameter(0.1, Domain.Positive)] private double @value;
                        [State] private Tensor @await;

                        [UpdateRule]
                        Tensor Update(Tensor @this, Tensor @base)
                        {
                            var @int = @value * @base;
                            @await = @checked ? @await + @int : @int;
                            return @this - @await;
                        }
                    }
                }
            }
        }
        """));

    [Fact]
    public Task BranchesAndNumberStates() => Verifier.Verify(Generated("""
        namespace Samples;

        public sealed partial class WarmedUp(int warmUp)
        {
            private readonly float floor = 1e-3f;

            [Hyperparameter(0.5, Domain.Interval, Min = 0.1, Max = 2)] private double rate;
            [Hyperparameter(0.9, Domain.UnitInterval)] private double decay;
            [State] private Tensor average;
            [State(Initial = 1)] private double power;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient, long step)
            {
                double size;
                power *= decay;
                if (step <= warmUp)
                {
                    average += gradient;
                    size = rate * step / warmUp;
                }
                else
                {
                    average = decay * average + (1 - decay) * gradient;
                    size = rate;
                }
                parameter -= size / (1 - power + floor) * average;
                return parameter;
            }
        }
        """));

    [Fact]
    public Task Initializer() => Verifier.Verify(new("cs",
        GeneratorHarness.RunOnAnything(GeneratorHarness.Compile().WithAssemblyName("My-App")).Initializer, "Declarative.NativeLibraries.g"));
}
