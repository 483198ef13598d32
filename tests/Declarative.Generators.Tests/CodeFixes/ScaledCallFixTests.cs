using Declarative.CodeFixes;
using static Declarative.Generators.Tests.CodeFixes.FixAssert;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>Calls that scale an operand by a number, which a tensor became.</summary>
public sealed class ScaledCallFixTests
{
    private static Task InRuleAsync(string before, string after) => FixesAsync<KeepTensorFix>(Samples.Rule(before), Samples.Rule(after));

    [Theory]
    [InlineData("return parameter.add(gradient, alpha: {|DECL0014:(double)average|});", "return parameter + average * gradient;")]
    [InlineData("return parameter.add(gradient, {|DECL0014:average.item<double>()|});", "return parameter + average * gradient;")]
    [InlineData("return parameter.add(alpha: {|DECL0014:average.ToScalar()|}, target: gradient);", "return parameter + average * gradient;")]
    [InlineData("return torch.add(parameter, gradient, alpha: {|DECL0014:average.ToScalar()|});", "return parameter + average * gradient;")]
    [InlineData("return parameter.add(gradient - velocity, alpha: -{|DECL0014:(double)average|});", "return parameter + -average * (gradient - velocity);")]
    [InlineData("return parameter.add(gradient, alpha: rate * {|DECL0014:(double)average.square()|});", "return parameter + rate * average.square() * gradient;")]
    [InlineData("return parameter.addcmul(gradient, velocity, value: {|DECL0014:(double)average|});", "return parameter + average * gradient * velocity;")]
    [InlineData("return parameter.addcdiv(gradient, velocity.sqrt(), {|DECL0014:(double)average|});", "return parameter + average * gradient / velocity.sqrt();")]
    public Task A_scale_becomes_a_factor(string before, string after) => InRuleAsync(before, after);

    [Theory]
    [InlineData("return parameter.mul({|DECL0014:(double)average|}).add(gradient, alpha: {|DECL0014:(double)velocity|});", "return parameter * average + velocity * gradient;")]
    [InlineData("return parameter - parameter.add(gradient, alpha: {|DECL0014:(double)average|}).neg();", "return parameter - (parameter + average * gradient).neg();")]
    [InlineData("return (parameter * velocity).add(gradient - velocity, alpha: {|DECL0014:(double)average|});", "return parameter * velocity + average * (gradient - velocity);")]
    [InlineData("return parameter - parameter.add(gradient, alpha: {|DECL0014:(double)average|});", "return parameter - (parameter + average * gradient);")]
    [InlineData("return parameter.add(gradient.mul({|DECL0014:(double)average|}), alpha: {|DECL0014:(double)velocity|});", "return parameter + velocity * (gradient * average);")]
    public Task One_call_in_another(string before, string after) => InRuleAsync(before, after);

    [Theory]
    [InlineData("velocity.add_(gradient, alpha: {|DECL0014:(double)average|}); return parameter - velocity;", "velocity += average * gradient; return parameter - velocity;")]
    [InlineData("this.velocity.mul_({|DECL0014:average.ToScalar()|}); return parameter - velocity;", "this.velocity *= average; return parameter - velocity;")]
    [InlineData("velocity.sub_({|DECL0014:(double)average|}); return parameter - velocity;", "velocity -= average; return parameter - velocity;")]
    [InlineData("velocity.addcdiv_(gradient, parameter, {|DECL0014:(double)average|}); return parameter - velocity;", "velocity += average * gradient / parameter; return parameter - velocity;")]
    public Task A_call_in_place_becomes_an_assignment(string before, string after) => InRuleAsync(before, after);

    [Fact]
    public Task Tensors_are_kept_in_every_document() => FixesAsync<KeepTensorFix>(
        [Samples.Rule("velocity = {|DECL0014:(double)average|} * velocity; return parameter.add(velocity, alpha: {|DECL0014:(double)average|});"),
            Samples.Rule("return parameter.mul({|DECL0014:gradient.item<float>()|});", head: "Other")],
        [Samples.Rule("velocity = average * velocity; return parameter + average * velocity;"), Samples.Rule("return parameter * gradient;", head: "Other")]);
}
