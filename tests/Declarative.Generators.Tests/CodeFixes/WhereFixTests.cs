using Declarative.CodeFixes;
using static Declarative.Generators.Tests.CodeFixes.FixAssert;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>Branches on the entries of a tensor become <c>torch.where</c>.</summary>
public sealed class WhereFixTests
{
    private static Task InRuleAsync(string before, string after) => FixesAsync<ChooseByWhereFix>(Samples.Rule(before), Samples.Rule(after));

    [Theory]
    [InlineData("return {|DECL0014:(gradient > parameter).item<bool>()|} ? gradient : parameter;", "return torch.where(gradient > parameter, gradient, parameter);")]
    [InlineData("return {|DECL0014:(bool)(gradient > 0)|} ? parameter - rate * gradient : parameter;", "return torch.where(gradient > 0, parameter - rate * gradient, parameter);")]
    [InlineData("return {|DECL0014:(gradient > 0).ToBoolean()|} ? gradient : parameter;", "return torch.where(gradient > 0, gradient, parameter);")]
    [InlineData("return {|DECL0014:(double)gradient|} > 0.5 ? gradient : parameter;", "return torch.where(gradient > 0.5, gradient, parameter);")]
    [InlineData("return {|DECL0014:gradient.item<double>()|} <= {|DECL0014:(double)parameter|} ? gradient : parameter;", "return torch.where(gradient <= parameter, gradient, parameter);")]
    [InlineData("return !{|DECL0014:(gradient > parameter).item<bool>()|} ? gradient : parameter;", "return torch.where((gradient > parameter).logical_not(), gradient, parameter);")]
    [InlineData("return parameter - rate * ({|DECL0014:(double)gradient|} > 0 ? gradient : velocity);", "return parameter - rate * torch.where(gradient > 0, gradient, velocity);")]
    public Task A_choice(string before, string after) => InRuleAsync(before, after);

    [Theory]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0) velocity = gradient; else velocity = parameter; return parameter - velocity;",
        "velocity = torch.where(gradient > 0, gradient, parameter); return parameter - velocity;")]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0) { velocity = gradient; } else { velocity = parameter; } return parameter - velocity;",
        "velocity = torch.where(gradient > 0, gradient, parameter); return parameter - velocity;")]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0) velocity += gradient; return parameter - velocity;",
        "velocity = torch.where(gradient > 0, velocity + gradient, velocity); return parameter - velocity;")]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0) return gradient; else return parameter;", "return torch.where(gradient > 0, gradient, parameter);")]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0) return gradient; return parameter;", "return torch.where(gradient > 0, gradient, parameter);")]
    public Task A_branch(string before, string after) => InRuleAsync(before, after);

    [Fact]
    public Task Branches_in_every_document() => FixesAsync<ChooseByWhereFix>(
        [Samples.Rule("velocity = {|DECL0014:(double)gradient|} > 0 ? gradient : velocity; return {|DECL0014:(double)velocity|} > 0 ? parameter : velocity;"),
            Samples.Rule("return {|DECL0014:(double)gradient|} > 0 ? gradient : parameter;", head: "Other")],
        [Samples.Rule("velocity = torch.where(gradient > 0, gradient, velocity); return torch.where(velocity > 0, parameter, velocity);"),
            Samples.Rule("return torch.where(gradient > 0, gradient, parameter);", head: "Other")]);

    [Theory]
    [InlineData("double size = {|DECL0014:(double)gradient|} > 0 ? 1 : 2; return parameter - size * gradient;")]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0) velocity = gradient; else average = gradient; return parameter;")]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0) { velocity = gradient; average = gradient; } return parameter;")]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0 && step > 1) velocity = gradient; return parameter;")]
    [InlineData("if ({|DECL0014:(double)gradient|} > 0) /* why */ velocity = gradient; return parameter;")]
    public Task What_where_cannot_say(string body) => OffersNothingAsync<ChooseByWhereFix>(Samples.Rule(body), "DECL0014");
}
