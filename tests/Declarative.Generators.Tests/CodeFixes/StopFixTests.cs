using Declarative.CodeFixes;
using static Declarative.Generators.Tests.CodeFixes.FixAssert;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>Fixes that write or remove <c>Derivative.Stop</c>.</summary>
public sealed class StopFixTests
{
    private static string Scaled(string factor) => $"return parameter - rate * {factor};";

    [Theory]
    [InlineData("{|DECL0015:gradient.detach()|}", "Derivative.Stop(gradient)")]
    [InlineData("{|DECL0015:(gradient - average).detach()|}.square()", "Derivative.Stop(gradient - average).square()")]
    public Task Detach_becomes_the_marker(string before, string after) => FixesAsync<DetachToStopFix>(Samples.Rule(Scaled(before)), Samples.Rule(Scaled(after)));

    [Fact]
    public Task Detach_becomes_the_marker_in_every_document() => FixesAsync<DetachToStopFix>(
        [Samples.Rule("velocity = {|DECL0015:gradient.detach()|}; return parameter - rate * velocity - {|DECL0015:average.detach()|};"),
            Samples.Rule(Scaled("{|DECL0015:gradient.detach()|}"), head: "Other")],
        [Samples.Rule("velocity = Derivative.Stop(gradient); return parameter - rate * velocity - Derivative.Stop(average);"),
            Samples.Rule(Scaled("Derivative.Stop(gradient)"), head: "Other")]);

    [Theory]
    [InlineData("{|DECL0016:Derivative.Stop(0.5)|} * gradient", "0.5 * gradient")]
    [InlineData("{|DECL0016:Derivative.Stop(2.0 * step + 1)|} * gradient", "(2.0 * step + 1) * gradient")]
    [InlineData("({|DECL0016:Derivative.Stop(2.0 * step)|} + 1) * gradient", "(2.0 * step + 1) * gradient")]
    public Task A_needless_marker_is_removed(string before, string after) => FixesAsync<RemoveStopFix>(Samples.Rule(Scaled(before)), Samples.Rule(Scaled(after)));

    [Fact]
    public Task Needless_markers_are_removed_in_every_document() => FixesAsync<RemoveStopFix>(
        [Samples.Rule("var size = {|DECL0016:Derivative.Stop(2.0)|}; return parameter - size * {|DECL0016:Derivative.Stop(0.5)|} * gradient;"),
            Samples.Rule(Scaled("{|DECL0016:Derivative.Stop(0.5)|} * gradient"), head: "Other")],
        [Samples.Rule("var size = 2.0; return parameter - size * 0.5 * gradient;"), Samples.Rule(Scaled("0.5 * gradient"), head: "Other")]);

    [Theory]
    [InlineData("{|DECL0019:sign(gradient)|}", "sign(Derivative.Stop(gradient))")]
    [InlineData("{|DECL0019:torch.sign(gradient + average)|}", "torch.sign(Derivative.Stop(gradient + average))")]
    [InlineData("{|DECL0019:gradient.sign()|}", "Derivative.Stop(gradient).sign()")]
    [InlineData("{|DECL0019:(gradient - average).floor()|}", "Derivative.Stop(gradient - average).floor()")]
    [InlineData("{|DECL0019:Math.Floor(rate * step)|} * gradient", "Math.Floor(Derivative.Stop(rate * step)) * gradient")]
    public Task A_zero_derivative_is_meant(string before, string after) => FixesAsync<StopArgumentFix>(Samples.Rule(Scaled(before)), Samples.Rule(Scaled(after)));

    [Fact]
    public Task Zero_derivatives_are_meant_in_every_document() => FixesAsync<StopArgumentFix>(
        [Samples.Rule(Scaled("{|DECL0019:sign(gradient - {|DECL0019:average.floor()|})|}")), Samples.Rule(Scaled("{|DECL0019:gradient.sign()|}"), head: "Other")],
        [Samples.Rule(Scaled("sign(Derivative.Stop(gradient - Derivative.Stop(average).floor()))")), Samples.Rule(Scaled("Derivative.Stop(gradient).sign()"), head: "Other")]);

    [Theory]
    [InlineData("if ({|DECL0012:rate > 0.5|}) velocity = gradient; return parameter - velocity;",
        "if (Derivative.Stop(rate) > 0.5) velocity = gradient; return parameter - velocity;")]
    [InlineData("const double limit = 3; return {|DECL0012:scale * 2 > limit|} ? parameter : gradient;",
        "const double limit = 3; return Derivative.Stop(scale * 2) > limit ? parameter : gradient;")]
    [InlineData("return {|DECL0012:step > 3 && rate > decay|} ? parameter : gradient;",
        "return step > 3 && Derivative.Stop(rate) > Derivative.Stop(decay) ? parameter : gradient;")]
    [InlineData("bool large = step > 3 || decay > 0.5; return {|DECL0012:large|} ? parameter : gradient;",
        "bool large = step > 3 || Derivative.Stop(decay) > 0.5; return large ? parameter : gradient;")]
    [InlineData("double size = 1; if (step > 2) size = rate; return {|DECL0012:!(size > 3)|} ? parameter : gradient;",
        "double size = 1; if (step > 2) size = rate; return !(Derivative.Stop(size) > 3) ? parameter : gradient;")]
    public Task A_condition_is_taken_as_constant(string before, string after) => FixesAsync<StopInConditionFix>(Samples.Rule(before), Samples.Rule(after));

    [Fact]
    public Task Conditions_are_taken_as_constant_in_every_document() => FixesAsync<StopInConditionFix>(
        [Samples.Rule("return {|DECL0012:rate > 1|} ? parameter : {|DECL0012:scale < 1|} ? gradient : velocity;"),
            Samples.Rule("return {|DECL0012:rate > 1|} ? parameter : gradient;", head: "Other")],
        [Samples.Rule("return Derivative.Stop(rate) > 1 ? parameter : Derivative.Stop(scale) < 1 ? gradient : velocity;"),
            Samples.Rule("return Derivative.Stop(rate) > 1 ? parameter : gradient;", head: "Other")]);

    [Theory]
    [InlineData("", "using Declarative;\n\n")]
    [InlineData("// The top.\n\n", "// The top.\n\nusing Declarative;\n\n")]
    [InlineData("using System;\n\n", "using System;\nusing Declarative;\n\n")]
    public Task The_marker_s_namespace_is_imported(string before, string after) => FixesAsync<StopInConditionFix>(
        Qualified(before, "{|DECL0012:rate > 1|}"), Qualified(after, "Derivative.Stop(rate) > 1"), withGlobalUsings: false);

    private static string Qualified(string imports, string condition) => $$"""
        {{imports}}sealed partial class Rule
        {
            [Declarative.Hyperparameter(0.1, Declarative.Domain.Positive)] private double rate;

            [Declarative.UpdateRule]
            private TorchSharp.torch.Tensor Update(TorchSharp.torch.Tensor parameter, TorchSharp.torch.Tensor gradient) =>
                {{condition}} ? parameter - rate * gradient : parameter;
        }
        """;
}
