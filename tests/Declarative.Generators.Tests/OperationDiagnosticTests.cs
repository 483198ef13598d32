using static Declarative.Generators.Tests.DiagnosticAssert;

namespace Declarative.Generators.Tests;

/// <summary>What is said about operations of the table where a derivative is zero, has a kink, or has another shape: DECL0019, DECL0020
/// and DECL0031.</summary>
public sealed class OperationDiagnosticTests
{
    private static void InRule(string body, params string[] messages) => Reports(Samples.Rule(body, head: "Sample"), messages);

    [Theory]
    [InlineData("return parameter - rate * {|DECL0019:gradient.sign()|};", "torch.Tensor.sign()")]
    [InlineData("return parameter - rate * {|DECL0019:torch.round(gradient)|};", "torch.round(torch.Tensor, long)")]
    [InlineData("return parameter - {|DECL0019:Math.Floor(rate)|} * gradient;", "Math.Floor(double)")]
    public void DECL0019_a_step_loses_the_derivative_of_its_argument(string body, string operation) => InRule(body,
        $"The derivative of '{operation}' is zero, so that of its argument is lost; where that is meant, write Derivative.Stop(...) around the argument");

    [Theory]
    [InlineData("return parameter - rate * {|DECL0020:gradient.abs()|};", "torch.Tensor.abs()", "|x|; at 0 the derivative is 0")]
    [InlineData("return parameter - rate * gradient / ({|DECL0020:gradient.norm()|} + 1e-8);", "torch.Tensor.norm(float)", "√Σx²; where it is 0 the derivative is 0")]
    [InlineData("return parameter - {|DECL0020:Math.Max(rate, 0.1)|} * gradient;", "Math.Max(double, double)",
        "the larger of x and y; where they are equal, half of the derivative goes to each")]
    public void DECL0020_a_kink_is_pointed_at(string body, string operation, string where) => InRule(body, $"'{operation}' is not differentiable everywhere: {where}");

    [Theory]
    [InlineData("return parameter - rate * sign(Derivative.Stop(gradient));")]
    [InlineData("return parameter - Math.Max(step, 3) * rate * gradient;")]
    [InlineData("return where(gradient > parameter, parameter, parameter - rate * gradient);")]
    public void Nothing_is_said_where_nothing_is_lost(string body) =>
        Assert.Empty(MarkedSource.OwnDiagnostics(GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(Samples.Rule(body))).Output));

    [Theory]
    [InlineData("return {|DECL0031:gradient.mean()|};", "gradient.mean()")]
    [InlineData("if (step == 1) return parameter; return {|DECL0031:rate * gradient.sum()|};", "rate * gradient.sum()")]
    [InlineData("{|DECL0031:velocity = gradient.sum()|}; return parameter - rate * gradient;", "velocity")]
    public void DECL0031_what_is_kept_is_shaped_like_the_parameter(string body, string what) =>
        InRule(body, $"'{what}' must be shaped like the parameter, but this value is a single entry");
}
