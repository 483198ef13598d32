using System.Reflection;

namespace Declarative.Generators.Tests;

/// <summary>Rules with a state that is there only under a condition: with it and without it, the generated steps are what the method says,
/// and a state that is not there has no entries.</summary>
public sealed class OptionalStateTests(OptionalStateTests.Rules rules) : IClassFixture<OptionalStateTests.Rules>
{
    private const string Settings = "flag && step > 0";

    public static TheoryData<string> Bodies => new(
        // The two branches of the same condition that one would write.
        "if (flag) memory = maximum(memory, gradient); var used = flag ? memory : gradient; return parameter - rate * used;",
        "var used = gradient; if (flag) { memory = decay * memory + gradient; used = memory; } return parameter - rate * used;",
        "if (flag) { memory = decay * memory + gradient; return parameter - rate * memory; } return parameter - rate * gradient;",
        "if (!flag) return parameter - rate * gradient; memory = decay * memory + gradient; return parameter - rate * memory;",
        $"if ({Settings}) memory = gradient + rate * memory; return {Settings} ? parameter - rate * memory : parameter - decay * gradient;",
        "var on = flag; if (on == true) memory = gradient * rate; return on ? parameter - decay * memory.square() : parameter - rate * gradient;",
        "if (flag) { if (step > 2) memory = decay * memory + gradient; else memory += rate * gradient; } return flag ? parameter - rate * memory : parameter - rate * gradient;",
        "if (step > 2) { if (flag) memory = decay * memory + gradient; } return flag ? step > 3 ? parameter - rate * memory : parameter - memory : parameter - rate * gradient;",
        "var former = flag ? memory : gradient; if (flag) memory = gradient * decay; return parameter - rate * former;",
        "if (flag) memory.mul_(decay).add_(gradient); return parameter - rate * (flag ? memory : gradient);",
        "velocity = flag ? Next(gradient) : gradient; return parameter - rate * velocity;",
        "if (flag) memory = gradient; return parameter - rate * gradient;",
        // One tensor at a time.
        "if (flag) memory = decay * memory + gradient / gradient.norm(); return parameter - rate * (flag ? memory : gradient) * parameter.norm();",
        "var size = gradient.norm(); if (flag) { memory = decay * memory + gradient; size = memory.norm(); } return parameter - rate * gradient / size;",
        "if (flag) memory = decay * memory + gradient; return parameter - rate * (flag ? memory.sum(1, keepdim: true) : gradient.sum(1, keepdim: true));",
        "return parameter - rate * gradient;");

    private const string Members = "[State(Initial = 0.3, If = nameof(flag))] private Tensor memory; "
        + "private Tensor Next(Tensor gradient) { memory = decay * memory + rate * gradient; return memory; }";

    [Theory, MemberData(nameof(Bodies))]
    public void A_generated_step_is_what_the_method_says(string body)
    {
        NumericCheck.AssertAgrees(rules.TypeOf(body), true);
        NumericCheck.AssertAgrees(rules.TypeOf(body), false);
    }

    [Theory]
    [InlineData("private readonly bool condition = true;")]
    [InlineData("private static readonly bool condition = true;")]
    [InlineData("private const bool condition = true;")]
    [InlineData("private bool condition { get; } = false;")]
    [InlineData("private bool condition => !flag;")]
    [InlineData("private readonly bool @checked = false; private bool condition => @checked;")]
    public void The_condition_is_any_member(string member)
    {
        const string Body = "if (condition) memory = decay * memory + gradient; return parameter - rate * (condition ? memory : gradient);";
        GeneratorRun run = GeneratorHarness.Run(Samples.Rule(Body, member + " [State(If = nameof(condition))] private Tensor memory;", "Rule(bool flag)"));
        Type rule = NumericCheck.Load(run).GetType("Samples.Rule", throwOnError: true)!;
        NumericCheck.AssertAgrees(rule, true);
        NumericCheck.AssertAgrees(rule, false);
    }

    [Fact]
    public void A_state_and_its_condition_are_inherited()
    {
        const string Body = "if (Condition) memory = decay * memory + gradient; return parameter - rate * (Condition ? memory : gradient);";
        GeneratorRun run = GeneratorHarness.Run(
            "namespace Samples; public abstract partial class Base(bool flag) { protected bool Condition { get; } = flag; [State(If = nameof(Condition))] protected Tensor memory; }",
            Samples.Rule(Body, "", "Rule(bool flag) : Base(flag)"));
        Type rule = NumericCheck.Load(run).GetType("Samples.Rule", throwOnError: true)!;
        NumericCheck.AssertAgrees(rule, true);
        NumericCheck.AssertAgrees(rule, false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rule_says_which_states_it_uses(bool flag)
    {
        var rule = (IUpdateRule)Activator.CreateInstance(rules.TypeOf("return parameter - rate * gradient;"), [flag])!;
        Assert.Equal(flag, rule.States.Single(state => state.Name == "memory").IsUsed);
        Assert.All(rule.States.Where(state => state.Name != "memory"), state => Assert.True(state.IsUsed));
    }

    /// <summary>All rules of these tests in one compilation.</summary>
    public sealed class Rules
    {
        private static readonly string[] bodies = [.. ((IEnumerable<object[]>)Bodies).Select(row => (string)row[0])];

        private readonly Assembly assembly = NumericCheck.Load(GeneratorHarness.Run([.. bodies.Select((body, i) => Samples.Rule(body, Members, $"Rule{i}(bool flag)"))]));

        public Type TypeOf(string body) => assembly.GetType($"Samples.Rule{Array.IndexOf(bodies, body)}", throwOnError: true)!;
    }
}
