using Declarative.Generators.Differentiation;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Tests;

/// <summary>What depends on nothing active has no tangent, and no statement: not one that multiplies by zero either.</summary>
public sealed class StructuralZeroTests
{
    private static readonly Variable parameter = new("parameter", ValueKind.Tensor);
    private static readonly Variable gradient = new("gradient", ValueKind.Tensor);
    private static readonly Variable step = new("step", ValueKind.Number);
    private static readonly Variable rate = new("rate", ValueKind.Number);
    private static readonly Variable x = new("x", ValueKind.Number);
    private static readonly Variable y = new("y", ValueKind.Tensor);

    private static RuleBody Rule(Node result, params Statement[] statements) => new("Update", parameter, gradient, step,
        EquatableArray.Of(new HyperparameterInput(rate, "rate", 0)), EquatableArray<Variable>.Empty, statements.ToEquatable(), result, EquatableArray<Node>.Empty);

    private static Let Let(Variable target, Operation operation, params Node[] arguments) => new(target, new Apply(operation, arguments.ToEquatable(), target.Kind), "");

    private static IEnumerable<DerivativeLet> Tangents(RuleBody rule) => ForwardDifferentiation.Differentiate(rule).All().OfType<DerivativeLet>();

    [Fact]
    public void Numbers_of_the_step_and_of_the_configuration_have_none() => Assert.Equal([y], Tangents(Rule(y,
        Let(x, Operation.Power, new Setting("this.factor", ValueKind.Number), step),
        Let(y, Operation.Multiply, x, gradient))).Select(tangent => tangent.Target));

    [Fact]
    public void A_constant_factor_has_no_term()
    {
        DerivativeTerm term = Assert.Single(Assert.Single(Tangents(Rule(y, Let(y, Operation.Multiply, new Constant(3), gradient)))).Terms);
        Assert.Equal(new DerivativeTerm(new Constant(3), gradient), term);
    }

    [Fact]
    public void An_exponent_that_is_fixed_has_no_logarithm()
    {
        DerivativeTerm term = Assert.Single(Assert.Single(Tangents(Rule(parameter, Let(x, Operation.Power, rate, step)))).Terms);
        Assert.Equal(rate, term.Of);
    }

    [Fact]
    public void A_branch_between_constants_has_none() => Assert.Empty(Tangents(Rule(parameter, new Branch(
        new Apply(Operation.Greater, EquatableArray.Of<Node>(step, Constant.One), ValueKind.Flag), EquatableArray<Statement>.Empty, EquatableArray<Statement>.Empty,
        EquatableArray.Of(new Merge(x, Constant.One, new Constant(2))), ""))));

    [Theory]
    [InlineData("return parameter * decay;", "gradientTangent", "rateTangent", "velocityTangent", "scaleTangent")]
    [InlineData("return parameter - 0.1 * gradient;", "rateTangent", "decayTangent", "AddOuterInPlace")]
    [InlineData("velocity = gradient; return parameter - 2 * Math.Sqrt(step) * velocity;", "velocityTangent", "rateTangent", "AddOuterInPlace", "ReciprocalOrZero")]
    [InlineData("scale = step * 0.5; return parameter - scale * gradient;", "scaleTangent", "scale1Tangent", "AddOuterInPlace")]
    public void Generated_code_reads_no_tangent_that_it_does_not_need(string body, params string[] absent)
    {
        string source = GeneratorHarness.Run(Samples.Rule(body)).Source;
        Assert.All(absent, text => Assert.DoesNotContain(text, source));
    }

    [Fact]
    public void A_rule_that_ignores_the_gradient_reads_it_nowhere() =>
        Assert.DoesNotContain("Gradient;", GeneratorHarness.Run(Samples.Rule("return parameter * (1 - rate);")).Source);

    [Fact]
    public void A_state_that_a_rule_leaves_alone_is_not_written() =>
        Assert.DoesNotContain("state.Replace(", GeneratorHarness.Run(Samples.Rule("return parameter - rate * velocity * scale;")).Source);
}
