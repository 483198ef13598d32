using static Declarative.Generators.Tests.DiagnosticAssert;

namespace Declarative.Generators.Tests;

/// <summary>What is said about the bodies of update rules: DECL0010 to DECL0014, each on the smallest expression.</summary>
public sealed class RuleDiagnosticTests
{
    private const string Members = """
        private readonly Tensor mask = null!;
            private readonly int[] sizes = null!;
            private readonly Sample other = null!;
            private double setting = 1;
            private decimal price = 1;
            private double? maybe = 1;
            private double this[int index] => index;
            private double Half => 0.5;
            private double Helper(double x) => x;
            private bool Recent() => scale < 2;
            private static void Change(ref double x) => x = 1;
        """;

    private static string Unknown(string operation, string? derivative = null) => $"'{operation}' has no derivative rule, so the hypergradient through it would be lost; "
        + "write it with operations of the rule language" + (derivative is null ? "" : $", or supply '{derivative}'");

    private static string NotInTheLanguage(string what) => $"{what} is not part of the rule language, so this update rule cannot be differentiated";

    private const string Lost = "Here a tensor becomes a plain number, and its derivative is lost; keep it a tensor";

    private static void InRule(string body, params string[] messages) => Reports(Samples.Rule(body, Members, "Sample(bool flag)"), messages);

    [Theory]
    [InlineData("return parameter - rate * {|DECL0010:torch.erfinv(gradient)|};", "torch.erfinv(torch.Tensor)", "[DerivativeOf(typeof(torch), nameof(torch.erfinv))] static Tensor ErfinvByInput(Tensor input, Tensor value)")]
    [InlineData("return parameter - {|DECL0010:gradient.square().erfinv()|} * rate;", "torch.Tensor.erfinv()", "[DerivativeOf(typeof(Tensor), nameof(Tensor.erfinv))] static Tensor ErfinvByX(Tensor x, Tensor value)")]
    [InlineData("return parameter - {|DECL0010:Math.Acosh(rate)|} * gradient;", "Math.Acosh(double)", "[DerivativeOf(typeof(Math), nameof(Math.Acosh))] static double AcoshByD(double d, double value)")]
    [InlineData("return parameter - {|DECL0010:Math.ScaleB(rate, 2)|} * gradient;", "Math.ScaleB(double, int)", "[DerivativeOf(typeof(Math), nameof(Math.ScaleB))] static double ScaleBByX(double x, int n, double value)")]
    [InlineData("return parameter - {|DECL0010:Math.IEEERemainder(2, rate)|} * gradient;", "Math.IEEERemainder(double, double)", "[DerivativeOf(typeof(Math), nameof(Math.IEEERemainder), Argument = 1)] static double IEEERemainderByY(double x, double y, double value)")]
    [InlineData("return parameter - {|DECL0010:this[2]|} * gradient;", "Sample.this[int]")]
    [InlineData("return parameter - {|DECL0010:other.Half|} * gradient;", "Sample.Half")]
    [InlineData("return parameter - {|DECL0010:other.Helper(rate)|} * gradient;", "Sample.Helper(double)")]
    [InlineData("return parameter - {|DECL0010:TimeOnly.MaxValue.Hour|} * gradient;", "TimeOnly.Hour")]
    [InlineData("return parameter - {|DECL0010:gradient.erfinv_()|} * rate;", "torch.Tensor.erfinv_()", "[DerivativeOf(typeof(Tensor), nameof(Tensor.erfinv_))] static Tensor ErfinvByX(Tensor x, Tensor value)")]
    public void DECL0010_an_operation_has_a_derivative_rule(string body, string operation, string? derivative = null) => InRule(body, Unknown(operation, derivative));

    [Theory]
    [InlineData("try { } finally { } return parameter;", "{|DECL0011:try { } finally { }|}", "A 'try' statement")]
    [InlineData("throw new Exception();", "{|DECL0011:throw new Exception();|}", "A 'throw' statement")]
    [InlineData("lock (other) { } return parameter;", "{|DECL0011:lock (other) { }|}", "A 'lock' statement")]
    [InlineData("switch (step) { case 1: goto case 2; case 2: break; } return parameter;", "{|DECL0011:goto case 2;|}", "A 'goto' statement")]
    [InlineData("Func<double> twice = () => 2; return parameter;", "{|DECL0011:() => 2|}", "A lambda")]
    [InlineData("Func<double, double> twice = Helper; return parameter;", "{|DECL0011:Helper|}", "A delegate")]
    [InlineData("var made = new object(); return parameter;", "{|DECL0011:new object()|}", "The creation of an object")]
    [InlineData("var some = new double[3]; return parameter;", "{|DECL0011:new double[3]|}", "An array whose entries are not written down")]
    [InlineData("Span<double> some = stackalloc double[2]; return parameter;", "{|DECL0011:stackalloc double[2]|}", "A 'stackalloc' expression")]
    [InlineData("return parameter - sizes[0] * gradient;", "{|DECL0011:sizes|}", "'sizes' of type 'int[]', no state and no number,")]
    [InlineData("gradient[0] = parameter; return parameter;", "{|DECL0011:gradient[0] = parameter|}", "A write to a part of a tensor")]
    [InlineData("double size = maybe ?? 1; return parameter - size * gradient;", "{|DECL0011:maybe ?? 1|}", "The operator '??'")]
    [InlineData("return flag ? parameter : throw new Exception();", "{|DECL0011:throw new Exception()|}", "A 'throw' expression")]
    [InlineData("return Update(parameter, gradient, step);", "{|DECL0011:Update(parameter, gradient, step)|}", "'Update', which calls itself,")]
    [InlineData("double x = rate; Change(ref x); return parameter - x * gradient;", "{|DECL0011:ref x|}", "An argument by reference")]
    [InlineData("ref double x = ref scale; return parameter - x * gradient;", "{|DECL0011:x = ref scale|}", "A local by reference")]
    [InlineData("Tensor x = default!; return x;", "{|DECL0011:default|}", "A 'default' value")]
    [InlineData("gradient.square(); return parameter;", "{|DECL0011:gradient.square();|}", "A statement without effect")]
    [InlineData("_ = gradient.square(); return parameter;", "{|DECL0011:_ = gradient.square()|}", "A statement without effect")]
    [InlineData("velocity ??= gradient; return parameter;", "{|DECL0011:velocity ??= gradient|}", "The operator '??='")]
    [InlineData("return parameter - (int)rate * gradient;", "{|DECL0011:(int)rate|}", "The conversion from 'Double' to 'Int32'")]
    [InlineData("return parameter - (double)price * gradient;", "{|DECL0011:(double)price|}", "The conversion from 'Decimal' to 'Double'")]
    [InlineData("return parameter - mask;", "{|DECL0011:mask|}", "'mask' of type 'Tensor', no state and no number,")]
    [InlineData("return parameter - (double)maybe! * gradient;", "{|DECL0011:maybe|}", "'maybe' of type 'double?', no state and no number,")]
    [InlineData("return parameter - other.scale * gradient;", "{|DECL0011:other.scale|}", "'other.scale', a member of another object,")]
    [InlineData("velocity = 0; return parameter;", "{|DECL0011:velocity = 0|}", "A number in place of a tensor")]
    [InlineData("return parameter.div(gradient, RoundingMode.floor);", "{|DECL0011:RoundingMode.floor|}", "A constant of type 'RoundingMode'")]
    [InlineData("return rate;", "{|DECL0011:rate|}", "A number in place of a tensor")]
    public void DECL0011_a_rule_is_written_in_the_rule_language(string body, string marked, string what)
    {
        string expression = marked[(marked.IndexOf(':') + 1)..^2];
        InRule(body.Replace(expression, marked), NotInTheLanguage(what));
    }

    [Theory]
    [InlineData("switch ({|DECL0012:rate|}) { case > 0.5: velocity = gradient; break; } return parameter - velocity;", "rate")]
    [InlineData("var size = {|DECL0012:scale|} switch { > 1 => rate, _ => 1 }; return parameter - size * gradient;", "scale")]
    [InlineData("return {|DECL0012:decay|} is > 0.5 and < 1 ? parameter : gradient;", "decay")]
    [InlineData("if ({|DECL0012:Recent()|}) return gradient; return parameter;", "Recent()")]
    [InlineData("if ({|DECL0012:rate > 0.5|}) velocity = gradient; return parameter - velocity;", "rate")]
    [InlineData("return {|DECL0012:scale * 2 > 3|} ? parameter : gradient;", "scale")]
    [InlineData("bool large = step > 3 || decay > 0.5; return {|DECL0012:large|} ? parameter : gradient;", "large")]
    [InlineData("var size = step > 1 ? rate : 1; return {|DECL0012:!(size > 3)|} ? parameter : gradient;", "size")]
    public void DECL0012_a_condition_depends_on_nothing_that_is_learned(string body, string name) => InRule(body,
        $"This condition depends on '{name}', whose derivative would be lost; a condition may depend on configuration and on the step only");

    [Theory]
    [InlineData("{|DECL0013:setting|} = 2; return parameter - setting * gradient;", "setting")]
    [InlineData("{|DECL0013:this.setting|} *= 2; return parameter - setting * gradient;", "this.setting")]
    [InlineData("{|DECL0013:rate|} = rate * 0.5; return parameter - rate * gradient;", "rate")]
    [InlineData("{|DECL0013:sizes[0]|} = 1; return parameter;", "sizes[0]")]
    [InlineData("{|DECL0013:other.velocity|} = gradient; return parameter;", "other.velocity")]
    public void DECL0013_a_rule_writes_states_and_locals(string body, string target) => InRule(body,
        $"'{target}' is neither a state nor a local: an update rule may write nothing else; mark a field that it remembers with [State]");

    [Theory]
    [InlineData("return parameter - {|DECL0014:(double)gradient|} * parameter;")]
    [InlineData("return parameter - {|DECL0014:(float)gradient.square()|} * parameter;")]
    [InlineData("return parameter - {|DECL0014:gradient.item<double>()|} * parameter;")]
    [InlineData("return parameter - parameter.mul({|DECL0014:gradient.ToScalar()|});")]
    [InlineData("return parameter - {|DECL0014:gradient.ToDouble()|} * parameter;")]
    public void DECL0014_a_tensor_stays_a_tensor(string body) => InRule(body, Lost);

    [Fact]
    public void Every_error_of_a_body_is_reported() => Reports("""
        sealed partial class Sample
        {
            private double setting;
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [State] private Tensor velocity;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient, long step)
            {
                var first = {|DECL0010:gradient.erfinv()|};
                if ({|DECL0012:rate > 1|})
                    velocity = velocity * {|DECL0014:gradient.item<double>()|};
                else
                    {|DECL0013:setting|} = {|DECL0010:Math.Acosh(rate)|};
                while ({|DECL0021:step > 3|}) { }
                return parameter - {|DECL0010:Math.Atanh(rate)|};
            }
        }
        """,
        Unknown("torch.Tensor.erfinv()", "[DerivativeOf(typeof(Tensor), nameof(Tensor.erfinv))] static Tensor ErfinvByX(Tensor x, Tensor value)"),
        "This condition depends on 'rate', whose derivative would be lost; a condition may depend on configuration and on the step only",
        Lost,
        "'setting' is neither a state nor a local: an update rule may write nothing else; mark a field that it remembers with [State]",
        Unknown("Math.Acosh(double)", "[DerivativeOf(typeof(Math), nameof(Math.Acosh))] static double AcoshByD(double d, double value)"),
        "This loop cannot be unrolled: whether it goes on is not known at compile time",
        Unknown("Math.Atanh(double)", "[DerivativeOf(typeof(Math), nameof(Math.Atanh))] static double AtanhByD(double d, double value)"));

    [Fact]
    public void A_constructor_s_parameter_may_not_be_named_like_one_of_the_step() => Reports("""
        sealed partial class Sample(double state)
        {
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - {|DECL0008:state|} * gradient;
        }
        """, "'state' collides with 'IUpdateRule.Step(state)', which is generated, is called by generated code, or has the same name as a hyperparameter");

    [Fact]
    public void A_valid_rule_is_not_mentioned() => Assert.Empty(MarkedSource.OwnDiagnostics(GeneratorHarness.Run(Samples.HeavyBall, Samples.ReweightedLoss).Output));
}
