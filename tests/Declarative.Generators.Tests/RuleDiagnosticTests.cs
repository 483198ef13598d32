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
        """;

    private static string Unknown(string operation) => $"'{operation}' has no derivative rule, so the hypergradient through it would be lost; write it with operations of the rule language";

    private static string NotInTheLanguage(string what) => $"{what} is not part of the rule language, so this update rule cannot be differentiated";

    private const string Lost = "Here a tensor becomes a plain number, and its derivative is lost; keep it a tensor";

    private static void InRule(string body, params string[] messages) => Reports(Samples.Rule(body, Members, "Sample"), messages);

    [Theory]
    [InlineData("return parameter - rate * {|DECL0010:torch.erfinv(gradient)|};", "torch.erfinv(torch.Tensor)")]
    [InlineData("return parameter - {|DECL0010:gradient.square().erfinv()|} * rate;", "torch.Tensor.erfinv()")]
    [InlineData("return parameter - rate * {|DECL0010:gradient.detach()|};", "torch.Tensor.detach()")]
    [InlineData("{|DECL0010:parameter.sub_(gradient)|}; return parameter;", "torch.Tensor.sub_(torch.Tensor)")]
    [InlineData("return parameter - {|DECL0010:Helper(rate)|} * gradient;", "Sample.Helper(double)")]
    [InlineData("return parameter - {|DECL0010:Math.Sin(rate)|} * gradient;", "Math.Sin(double)")]
    [InlineData("return parameter - {|DECL0010:this[2]|} * gradient;", "Sample.this[int]")]
    [InlineData("return parameter - {|DECL0010:other.Half|} * gradient;", "Sample.Half")]
    [InlineData("return parameter - {|DECL0010:TimeOnly.MaxValue.Hour|} * gradient;", "TimeOnly.Hour")]
    public void DECL0010_an_operation_has_a_derivative_rule(string body, string operation) => InRule(body, Unknown(operation));

    [Theory]
    [InlineData("for (int i = 0; i < 3; i++) { } return parameter;", "{|DECL0011:for (int i = 0; i < 3; i++) { }|}", "This statement (Loop)")]
    [InlineData("while (true) { }", "{|DECL0011:while (true) { }|}", "This statement (Loop)")]
    [InlineData("foreach (int size in sizes) { } return parameter;", "{|DECL0011:foreach (int size in sizes) { }|}", "This statement (Loop)")]
    [InlineData("switch (step) { default: return parameter; }", "{|DECL0011:switch (step) { default: return parameter; }|}", "This statement (Switch)")]
    [InlineData("try { } finally { } return parameter;", "{|DECL0011:try { } finally { }|}", "This statement (Try)")]
    [InlineData("using var scope = NewDisposeScope(); return parameter;", "{|DECL0011:using var scope = NewDisposeScope();|}", "This statement (UsingDeclaration)")]
    [InlineData("double Twice(double x) => 2 * x; return parameter;", "{|DECL0011:double Twice(double x) => 2 * x;|}", "This statement (LocalFunction)")]
    [InlineData("throw new Exception();", "{|DECL0011:throw new Exception();|}", "This statement (Throw)")]
    [InlineData("scale++; return parameter;", "{|DECL0011:scale++|}", "This expression (Increment)")]
    [InlineData("gradient.square(); return parameter;", "{|DECL0011:gradient.square();|}", "A statement without effect")]
    [InlineData("_ = gradient.square(); return parameter;", "{|DECL0011:_ = gradient.square()|}", "A statement without effect")]
    [InlineData("var (a, b) = (rate, decay); return parameter;", "{|DECL0011:var (a, b) = (rate, decay)|}", "This assignment")]
    [InlineData("velocity ??= gradient; return parameter;", "{|DECL0011:velocity ??= gradient|}", "This assignment")]
    [InlineData("Tensor a, b; a = b = gradient; return a;", "{|DECL0011:b = gradient|}", "This expression (SimpleAssignment)")]
    [InlineData("if (step == 1) { return parameter; } return gradient;", "{|DECL0011:return parameter;|}", "A return inside a branch")]
    [InlineData("var size = step switch { 1 => rate, _ => decay }; return parameter - size * gradient;", "{|DECL0011:step switch { 1 => rate, _ => decay }|}", "This expression (SwitchExpression)")]
    [InlineData("return step is 1 ? parameter : gradient;", "{|DECL0011:step is 1|}", "This expression (IsPattern)")]
    [InlineData("return parameter - step / 2 * gradient;", "{|DECL0011:step / 2|}", "A division of integers, which rounds,")]
    [InlineData("return parameter - step % 2 * gradient;", "{|DECL0011:step % 2|}", "The operator 'Remainder'")]
    [InlineData("return parameter - (int)rate * gradient;", "{|DECL0011:(int)rate|}", "The conversion from 'Double' to 'Int32'")]
    [InlineData("return parameter - (double)price * gradient;", "{|DECL0011:(double)price|}", "The conversion from 'Decimal' to 'Double'")]
    [InlineData("return parameter - gradient.pow(rate);", "{|DECL0011:rate|}", "A tensor to an exponent that is learned or depends on the state")]
    [InlineData("return parameter - mask;", "{|DECL0011:mask|}", "'mask' of type 'Tensor', no state and no number,")]
    [InlineData("return parameter - (double)maybe! * gradient;", "{|DECL0011:maybe|}", "'maybe' of type 'double?', no state and no number,")]
    [InlineData("return parameter - other.scale * gradient;", "{|DECL0011:other.scale|}", "'other.scale', a member of another object,")]
    [InlineData("velocity = 0; return parameter;", "{|DECL0011:velocity = 0|}", "A number in place of a tensor")]
    [InlineData("return parameter.div(gradient, RoundingMode.floor);", "{|DECL0011:RoundingMode.floor|}", "A constant of type 'RoundingMode'")]
    [InlineData("return rate;", "{|DECL0011:rate|}", "A number in place of a tensor")]
    [InlineData("return (gradient > parameter) * gradient;", "{|DECL0011:gradient > parameter|}", "A comparison of tensors")]
    [InlineData("return step > 2 & step < 4 ? parameter : gradient;", "{|DECL0011:step > 2 & step < 4|}", "The operator 'And' on a condition")]
    public void DECL0011_a_rule_is_written_in_the_rule_language(string body, string marked, string what)
    {
        string expression = marked[(marked.IndexOf(':') + 1)..^2];
        InRule(body.Replace(expression, marked), NotInTheLanguage(what));
    }

    [Theory]
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
                var first = {|DECL0010:gradient.erf()|};
                if ({|DECL0012:rate > 1|})
                    velocity = velocity * {|DECL0014:gradient.item<double>()|};
                else
                    {|DECL0013:setting|} = {|DECL0010:Math.Floor(rate)|};
                {|DECL0011:while (step > 3) { }|}
                return parameter - {|DECL0010:Math.Ceiling(rate)|};
            }
        }
        """,
        Unknown("torch.Tensor.erf()"),
        "This condition depends on 'rate', whose derivative would be lost; a condition may depend on configuration and on the step only",
        Lost,
        "'setting' is neither a state nor a local: an update rule may write nothing else; mark a field that it remembers with [State]",
        Unknown("Math.Floor(double)"),
        NotInTheLanguage("This statement (Loop)"),
        Unknown("Math.Ceiling(double)"));

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
