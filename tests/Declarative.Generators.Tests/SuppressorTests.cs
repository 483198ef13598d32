using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>The compiler does not see that generated code fills annotated fields (CS8618); for those fields, and for no others, it is
/// silenced.</summary>
public sealed class SuppressorTests
{
    private static IEnumerable<(string Field, bool IsSuppressed)> Uninitialized(string source) => GeneratorHarness
        .Diagnose(GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(source)).Output, withSuppressed: true)
        .Where(diagnostic => diagnostic.Id == "CS8618")
        .Select(diagnostic => (diagnostic.GetMessage().Split('\'')[1], diagnostic.IsSuppressed))
        .Order();

    [Theory]
    [InlineData("")]
    [InlineData("public Sample() { }")]
    [InlineData("public Sample(int size) => Size = size; public int Size { get; }")]
    public void A_rule_s_states_are_filled_by_the_trainer(string constructor) => Assert.Equal([("name", false), ("other", false), ("velocity", true)], Uninitialized($$"""
        sealed partial class Sample
        {
            [State] private Tensor velocity;
            private Tensor other;
            private string name;
            {{constructor}}
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) { velocity = gradient; return parameter - velocity; }
            public override string ToString() => name + other;
        }
        """));

    [Theory]
    [InlineData("Sample", "")]
    [InlineData("Sample(Module<Tensor, Tensor> model)", "public Module<Tensor, Tensor> Model => model;")]
    [InlineData("Sample", "public Sample() { }")]
    public void Hyperparameters_are_filled_by_generated_code(string head, string members) => Assert.Equal([("a", true), ("b", true), ("other", false)], Uninitialized($$"""
        public sealed partial class {{head}}
        {
            {{members}}
            [Hyperparameter(0.5, Domain.Positive)] private Tensor a, b;
            private Tensor other;
            public Tensor Sum => a + b + other;
        }
        """));

    [Fact]
    public void Two_constructors_are_two_warnings() => Assert.Equal([("a", true), ("a", true), ("other", false), ("other", false)], Uninitialized("""
        public sealed partial class Sample
        {
            [Hyperparameter(0.5, Domain.Positive)] private Tensor a;
            private Tensor other;
            public Sample() { }
            public Sample(int size) { }
            public Tensor Sum => a + other;
        }
        """));
}
