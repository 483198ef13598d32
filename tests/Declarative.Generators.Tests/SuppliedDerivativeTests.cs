using System.Reflection;
using static Declarative.Generators.Tests.DiagnosticAssert;

namespace Declarative.Generators.Tests;

/// <summary>Derivatives that a class supplies for what the rule language does not know.</summary>
public sealed class SuppliedDerivativeTests
{
    private static string Rule(string members, string body) => $$"""
        #pragma warning disable CS0649
        public enum Mode { Plain, Twice }

        public sealed partial class Rule(Mode mode, bool flag)
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [Hyperparameter(0.9, Domain.UnitInterval)] private double decay;
            [State] private Tensor velocity;
            [State(Initial = 0.5)] private double scale;
            {{members}}
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient, long step) { {{body}} }
        }
        """;

    private const string Soft = """
        private static Tensor Soft(Tensor x, double c) { using var scalar = c.ToScalar(); return x.mul(scalar).tanh(); }
        [DerivativeOf(nameof(Soft))] private static Tensor SoftByX(Tensor x, double c, Tensor value) => c * (1 - value * value);
        [DerivativeOf(nameof(Soft), Argument = 1)] private static Tensor SoftByC(Tensor x, double c, Tensor value) => x * (1 - value * value);
        """;

    private const string Other = """
        [DerivativeOf(typeof(Math), nameof(Math.Cbrt))] private static double CbrtByD(double d, double value) => 1 / (3 * value * value);
        [DerivativeOf(typeof(Tensor), nameof(Tensor.expm1))] private static Tensor Expm1ByX(Tensor x, Tensor value) => value + 1;
        private double Member(double x, Mode how, bool twice, int n, long t) => how == Mode.Twice && twice ? x * x * n / t : Math.Sin(x) * n / t;
        [DerivativeOf(nameof(Member))] private double MemberByX(double x, Mode how, bool twice, int n, long t, double value) => how == Mode.Twice && twice ? 2 * x * n / t : Math.Cos(x) * n / t;
        private static Tensor Same(Tensor x) => x;
        [DerivativeOf(nameof(Same))] private static Tensor SameByX(Tensor x, Tensor value) => x.ones_like();
        """;

    [Theory]
    [InlineData(Soft, "velocity = decay * velocity + gradient; scale = decay; return parameter - rate * Soft(velocity, scale + decay);")]
    [InlineData(Soft, "velocity = Soft(gradient + rate, 2) + velocity * scale; scale = step; return parameter - velocity * Soft(c: decay, x: parameter);")]
    [InlineData(Soft, "velocity = Soft(velocity + gradient, rate); if (step > 2) velocity = Soft(velocity, decay); scale *= decay; return parameter - velocity * scale;")]
    [InlineData(Other, "scale = Math.Cbrt(rate + scale); velocity = (decay * gradient).expm1() + velocity; return parameter - rate * velocity * scale;")]
    [InlineData(Other, "scale = Member(rate + scale, mode, flag && step > 1, n: 3, t: step) + decay; velocity = gradient; return parameter - scale * velocity;")]
    [InlineData(Other, "velocity = Same(gradient); scale = decay; velocity = Same(velocity) * rate + Same(velocity); return parameter - scale * velocity;")]
    [InlineData(Other, "var x = Same(parameter) + rate; velocity = Same(velocity) * decay + gradient; scale = rate; return Same(x) - Same(velocity) * scale;")]
    public void A_supplied_derivative_is_used(string members, string body)
    {
        // Not every rule uses every derivative.
        Assembly assembly = NumericCheck.Load(GeneratorHarness.Run("#pragma warning disable DECL0028\n" + Rule(members, body)));
        foreach (int mode in new[] { 0, 1 })
            NumericCheck.AssertAgrees(assembly.GetType("Rule", throwOnError: true)!, Enum.ToObject(assembly.GetType("Mode")!, mode), true);
    }

    private static void InRule(string members, string body, params string[] messages) => Reports("#pragma warning disable DECL0022, DECL0023\n" + Rule(members, body), messages);

    private const string Plain = "return parameter - rate * decay * F(gradient, rate);";
    private const string F = "private static Tensor F(Tensor x, double c) => x * c; ";
    private const string ByC = "[DerivativeOf(nameof(F), Argument = 1)] private static Tensor FByC(Tensor x, double c, Tensor value) => x; ";

    [Theory]
    [InlineData("[DerivativeOf(nameof(F))] private static double {|DECL0027:FByX|}(Tensor x, double c, Tensor value) => c;", "static Tensor FByX(Tensor x, double c, Tensor value)", true)]
    [InlineData("[DerivativeOf(nameof(F))] private Tensor {|DECL0027:FByX|}(Tensor x, double c) => x;", "Tensor FByX(Tensor x, double c, Tensor value)", true)]
    [InlineData("[DerivativeOf(nameof(F))] private static Tensor {|DECL0027:FByX|}(Tensor x, float c, Tensor value) => x;", "static Tensor FByX(Tensor x, double c, Tensor value)", true)]
    [InlineData("[DerivativeOf(nameof(F), Argument = 2)] private static Tensor {|DECL0027:FByX|}(Tensor x, double c, Tensor value) => x;", "given the position of a parameter that is a double or a tensor", false)]
    public void DECL0027_a_derivative_has_the_right_signature(string derivative, string expected, bool isSignature) => InRule(F + ByC + derivative, "return parameter - rate * decay * F(Derivative.Stop(gradient), rate);",
        isSignature ? $"'FByX' must be '{expected}' to be a derivative of 'F'" : $"'FByX' must be {expected} to be a derivative of 'F'");

    [Fact]
    public void DECL0027_a_derivative_is_that_of_a_method() => InRule(
        "[DerivativeOf(\"Missing\")] private static double {|DECL0027:D|}(double x, double value) => 1;", "return parameter - rate * decay * gradient;",
        "'D' must be given a method of doubles and tensors that gives one of them to be a derivative of 'Missing'");

    [Fact]
    public void DECL0028_a_derivative_is_used() => InRule(
        F + "[DerivativeOf(nameof(F))] private static Tensor {|DECL0028:FByX|}(Tensor x, double c, Tensor value) => x;", "return parameter - rate * decay * gradient;",
        "'FByX' is a derivative of 'F', which the update rule does not call");

    [Fact]
    public void DECL0010_every_active_argument_has_a_derivative() => InRule(F + ByC, Plain.Replace("F(gradient, rate)", "{|DECL0010:F(gradient, rate)|}"),
        "'Rule.F(torch.Tensor, double)' has no derivative rule, so the hypergradient through it would be lost; write it with operations of the rule language, "
        + "or supply '[DerivativeOf(nameof(F))] static Tensor FByX(Tensor x, double c, Tensor value)'");

    [Fact]
    public void Inactive_arguments_need_no_derivative() => InRule(F + ByC, "return parameter - rate * decay * gradient * F(Derivative.Stop(gradient), rate);");
}
