using Declarative.CodeFixes;
using static Declarative.Generators.Tests.CodeFixes.FixAssert;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>Fixes of update rules' bodies.</summary>
public sealed class RuleFixTests
{
    private static Task InRuleAsync(string before, string after) => FixesAsync<KeepTensorFix>(Samples.Rule(before), Samples.Rule(after));

    [Theory]
    [InlineData("return parameter.mul(average.ToScalar());", "return parameter * average;")]
    [InlineData("return parameter.sub(gradient).mul((double)average);", "return parameter.sub(gradient) * average;")]
    [InlineData("return (parameter + gradient).mul((double)average);", "return (parameter + gradient) * average;")]
    [InlineData("return parameter.mul((double)average).neg();", "return (parameter * average).neg();")]
    [InlineData("return parameter.sub(average.ToScalar());", "return parameter - average;")]
    [InlineData("return torch.div(parameter, (float)average);", "return parameter / average;")]
    public Task A_call_becomes_an_operator(string before, string after) => InRuleAsync(before, after);

    [Theory]
    [InlineData("return parameter - (double)gradient * parameter;", "return parameter - gradient * parameter;")]
    [InlineData("return parameter - rate * ((double)gradient) * parameter;", "return parameter - rate * gradient * parameter;")]
    [InlineData("return parameter - (float)(gradient + average) * parameter;", "return parameter - (gradient + average) * parameter;")]
    [InlineData("var size = gradient.item<float>(); return parameter - size * gradient;", "var size = gradient; return parameter - size * gradient;")]
    [InlineData("double size = (double)gradient.square(); return parameter - size * gradient;", "var size = gradient.square(); return parameter - size * gradient;")]
    public Task A_number_stays_a_tensor(string before, string after) => InRuleAsync(before, after);

    [Fact]
    public Task Tensors_are_kept_in_every_document() => FixesAsync<KeepTensorFix>(
        [Samples.Rule("velocity = (double)average * velocity; return parameter.mul((double)average);"),
            Samples.Rule("return parameter.mul(gradient.item<float>());", head: "Other")],
        [Samples.Rule("velocity = average * velocity; return parameter * average;"), Samples.Rule("return parameter * gradient;", head: "Other")]);

    [Theory]
    [InlineData("scale = (double)gradient; return parameter - scale * gradient;")]
    [InlineData("return parameter - Math.Sqrt((double)gradient) * gradient;")]
    public Task What_must_be_a_number_is_left_alone(string body) => OffersNothingAsync<KeepTensorFix>(Samples.Rule(body), "DECL0014");

    [Theory]
    [InlineData("private double setting;", "[State] private double setting;")]
    [InlineData("private double setting = 1.5;", "[State(Initial = 1.5)] private double setting = 1.5;")]
    [InlineData("private double setting = -1; // As it was.", "[State(Initial = -1)] private double setting = -1; // As it was.")]
    [InlineData("[NonSerialized] double setting = 0;", "[State] [NonSerialized] double setting = 0;")]
    public Task A_number_that_is_written_becomes_a_state(string before, string after)
    {
        const string body = "setting *= 0.5; setting = setting + rate; return parameter - setting * gradient;";
        return FixesAsync<DeclareStateFix>(Samples.Rule(body, before), Samples.Rule(body, after));
    }

    [Theory]
    [InlineData("private Tensor memory;", "[State] private Tensor memory;")]
    [InlineData("/// <summary>The last gradient.</summary>\n    private Tensor memory = null!;", "/// <summary>The last gradient.</summary>\n    [State] private Tensor memory = null!;")]
    [InlineData("private Tensor? memory = null;", "[State] private Tensor? memory = null;")]
    public Task A_tensor_that_is_written_becomes_a_state(string before, string after)
    {
        const string body = "this.memory = gradient; return parameter - gradient;";
        return FixesAsync<DeclareStateFix>(Samples.Rule(body, before), Samples.Rule(body, after));
    }

    [Fact]
    public Task States_are_declared_in_every_document() => FixesAsync<DeclareStateFix>(
        [Samples.Rule("a = gradient; b = 2; a = a + b; return parameter - a;", "private Tensor a = null!; private double b;"),
            Samples.Rule("a = gradient; return parameter;", "private Tensor a = null!;", "Other")],
        [Samples.Rule("a = gradient; b = 2; a = a + b; return parameter - a;", "[State] private Tensor a = null!; [State] private double b;"),
            Samples.Rule("a = gradient; return parameter;", "[State] private Tensor a = null!;", "Other")]);

    [Theory]
    [InlineData("rate = 1;", "")]
    [InlineData("setting = 1;", "private static double setting;")]
    [InlineData("setting = 1;", "private double setting, other;")]
    [InlineData("setting = 1;", "private double setting = Math.Sqrt(2);")]
    [InlineData("setting = 1;", "private float setting;")]
    [InlineData("sizes[0] = 1;", "private double[] sizes = [];")]
    [InlineData("other.setting = 1;", "private readonly Other other = new(); private class Other { public double setting; }")]
    public Task What_cannot_be_a_state_is_left_alone(string body, string members) =>
        OffersNothingAsync<DeclareStateFix>(Samples.Rule(body + " return parameter;", members), "DECL0013");
}
