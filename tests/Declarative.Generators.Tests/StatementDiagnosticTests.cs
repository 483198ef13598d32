using static Declarative.Generators.Tests.DiagnosticAssert;

namespace Declarative.Generators.Tests;

/// <summary>What is said about the statements of update rules: DECL0011, DECL0015 to DECL0018 and DECL0021 to DECL0026.</summary>
public sealed class StatementDiagnosticTests
{
    private const string Members = """
        private readonly int epochs = 3;
            private readonly int[] sizes = [];
            private readonly Random random = new();
            private void Log() { Console.WriteLine(epochs); }
        """;

    private static void InRule(string body, params string[] messages) => Reports(Samples.Rule(body, Members, "Sample"), messages);

    private static void AllowedInRule(string body) =>
        Assert.Empty(MarkedSource.OwnDiagnostics(GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(Samples.Rule(body, Members, "Sample"))).Output));

    [Theory]
    [InlineData("return parameter - rate * {|DECL0015:gradient.detach()|};", "detach", "gradient")]
    [InlineData("velocity.mul_(decay); {|DECL0015:velocity.detach_()|}; return parameter - rate * velocity;", "detach_", "velocity")]
    [InlineData("var x = rate * gradient; return parameter - {|DECL0015:x.requires_grad_(false)|};", "requires_grad_", "x")]
    [InlineData("using ({|DECL0015:no_grad()|}) { velocity = decay * velocity; } return parameter - rate * velocity;", "no_grad", "decay")]
    [InlineData("using var _ = {|DECL0015:torch.inference_mode()|}; return parameter - rate * gradient;", "inference_mode", "parameter")]
    public void DECL0015_a_derivative_is_stopped_by_the_marker_only(string body, string method, string name) => InRule(body,
        $"'{method}' stops the derivative of '{name}'; where that is meant, write Derivative.Stop(...)");

    [Theory]
    [InlineData("return parameter - rate * Derivative.Stop(gradient);")]
    [InlineData("if (Derivative.Stop(scale) > 1) scale = rate; return parameter - scale * gradient;")]
    [InlineData("var x = Derivative.Stop(gradient); return parameter - rate * x.detach();")]
    [InlineData("using (no_grad()) { } return parameter - rate * gradient.requires_grad_();")]
    public void DECL0015_does_not_fire_where_nothing_is_lost(string body) => AllowedInRule(body);

    [Theory]
    [InlineData("return parameter - rate * {|DECL0016:Derivative.Stop(epochs)|} * gradient;", "epochs")]
    [InlineData("var x = Derivative.Stop(gradient); return parameter - rate * {|DECL0016:Derivative.Stop(x)|};", "x")]
    public void DECL0016_a_marker_stops_something(string body, string text) => InRule(body,
        $"'{text}' has no derivative that Derivative.Stop could stop; remove it");

    private static string Rule(string members, string body) => $$"""
        sealed partial class Sample
        {
            {{members}}
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient, long step) { {{body}} }
        }
        """;

    private const string Unused = "Hyperparameter 'decay' is never read, so that its hypergradient is always zero";
    private const string Idle = "Hyperparameter 'decay' is read, but no derivative leads from it to the updated parameter: its hypergradient is always zero";

    [Theory]
    [InlineData("{|DECL0017:decay|}", "return parameter - rate * gradient;", Unused)]
    [InlineData("{|DECL0017:decay|}", "if (step > 2) return parameter; return parameter - rate * gradient;", Unused)]
    [InlineData("{|DECL0018:decay|}", "var x = decay * gradient; return parameter - rate * gradient;", Idle)]
    [InlineData("{|DECL0018:decay|}", "return parameter - rate * Derivative.Stop(decay) * gradient;", Idle)]
    [InlineData("{|DECL0018:decay|}", "double size = rate; size = decay; size = rate; return parameter - size * gradient;", Idle)]
    [InlineData("decay", "if (step > 2) return parameter - decay * gradient; return parameter - rate * gradient;")]
    [InlineData("decay", "return parameter - Scaled(rate) * gradient;")]
    public void DECL0017_and_DECL0018_a_hyperparameter_does_something(string decay, string body, params string[] messages) => AllowedOrReported(Rule(
        $"[Hyperparameter(0.1, Domain.Positive)] private double rate, {decay}; private double Scaled(double x) => x * decay;", body), messages);

    [Theory]
    [InlineData("{|DECL0018:decay|}", "velocity = decay * velocity + gradient; return parameter - rate * gradient;", Idle)]
    [InlineData("decay", "parameter = parameter - rate * velocity; velocity = decay * gradient; return parameter;")]
    [InlineData("decay", "var former = velocity; velocity = decay * gradient; return parameter - rate * former;")]
    public void DECL0018_an_influence_may_lead_through_a_state(string decay, string body, params string[] messages) => AllowedOrReported(Rule(
        $"[Hyperparameter(0.1, Domain.Positive)] private double rate, {decay}; [State] private Tensor velocity;", body), messages);

    [Theory]
    [InlineData("{|DECL0022:velocity|}", "return parameter - rate * velocity;", "State 'velocity' is read, but no step sets it: it always has its initial value")]
    [InlineData("{|DECL0023:velocity|}", "return parameter - rate * gradient;", "State 'velocity' is never read: it costs memory and tangents for nothing")]
    [InlineData("{|DECL0023:velocity|}", "velocity = gradient; return parameter - rate * gradient;", "State 'velocity' is never read: it costs memory and tangents for nothing")]
    [InlineData("velocity", "velocity.add_(gradient); return parameter - rate * velocity;")]
    [InlineData("velocity", "if (step > 2) velocity = gradient; return parameter - rate * velocity;")]
    [InlineData("velocity", "(velocity, var x) = (gradient, velocity); return parameter - rate * x;")]
    public void DECL0022_and_DECL0023_a_state_is_set_and_read(string velocity, string body, params string[] messages) => AllowedOrReported(Rule(
        $"[Hyperparameter(0.1, Domain.Positive)] private double rate; [State] private Tensor {velocity};", body), messages);

    private static void AllowedOrReported(string source, string[] messages)
    {
        // The compiler does not see what generated code sets.
        Reports("#pragma warning disable CS0414, CS0649, CS0169\n" + source, messages);
    }

    private const string Unknown = "whether it goes on is not known at compile time";

    [Theory]
    [InlineData("for (int i = 0; {|DECL0021:i < epochs|}; i++) velocity = decay * velocity; return parameter - rate * velocity;", Unknown)]
    [InlineData("while ({|DECL0021:step > 3|}) { } return parameter;", Unknown)]
    [InlineData("do { scale *= 2; } while ({|DECL0021:epochs < 3|}); return parameter;", Unknown)]
    [InlineData("while ({|DECL0021:true|}) { scale *= rate; }", "it would take more than 1,000 iterations")]
    [InlineData("for (int i = 0; i < 40; i++) for (int j = 0; {|DECL0021:j < 40|}; j++) ; return parameter;", "it would take more than 1,000 iterations")]
    [InlineData("foreach (int size in {|DECL0021:sizes|}) { } return parameter;", "what it goes through is not known at compile time")]
    public void DECL0021_a_loop_can_be_unrolled(string body, string why) => InRule(body, $"This loop cannot be unrolled: {why}");

    [Theory]
    [InlineData("return parameter - rate * {|DECL0024:torch.rand_like(gradient)|};", "torch.rand_like(torch.Tensor, torch.ScalarType?, torch.Device?, bool)", "is random")]
    [InlineData("{|DECL0024:velocity.normal_(0, 1)|}; return parameter;", "torch.Tensor.normal_(double, double, torch.Generator?)", "is random")]
    [InlineData("return parameter - {|DECL0024:random.NextDouble()|} * gradient;", "Random.NextDouble()", "is random")]
    [InlineData("return parameter - {|DECL0024:functional.dropout(gradient, 0.5, true)|};", "torch.nn.functional.dropout(torch.Tensor, double, bool, bool)", "is random")]
    [InlineData("{|DECL0024:Console.WriteLine(step)|}; return parameter;", "Console.WriteLine(long)", "has an effect outside of the rule")]
    [InlineData("{|DECL0024:GC.Collect()|}; return parameter;", "GC.Collect()", "is called for its effect")]
    public void DECL0024_a_rule_is_a_function(string body, string method, string what) => InRule(body,
        $"'{method}' {what}; an update rule is a function of parameter, gradient, state, hyperparameters and step");

    [Fact]
    public void DECL0024_in_a_method_that_the_rule_calls() => Reports("""
        sealed partial class Sample
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            private static void Log(double x) { {|DECL0024:Console.WriteLine(x)|}; }
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient, long step) { Log(step); Log(2); return parameter - rate * gradient; }
        }
        """, "'Console.WriteLine(double)' has an effect outside of the rule; an update rule is a function of parameter, gradient, state, hyperparameters and step");

    [Theory]
    [InlineData("var v = step > 2 ? velocity : average; {|DECL0026:v.mul_(decay)|}; return parameter - v;", "velocity")]
    [InlineData("var v = velocity; if (step > 2) v = average; {|DECL0026:velocity.mul_(decay)|}; return parameter - v;", "v")]
    [InlineData("var v = velocity.contiguous(); {|DECL0026:v.mul_(decay)|}; return parameter - velocity;", "v")]
    [InlineData("var v = velocity.contiguous(); {|DECL0026:velocity.mul_(decay)|}; return parameter - v;", "v")]
    [InlineData("return parameter - velocity.contiguous() * {|DECL0026:velocity.mul_(decay)|};", "velocity")]
    public void DECL0026_a_write_in_place_reaches_one_value(string body, string other) =>
        InRule(body, $"'mul_' writes in place to what '{other}' may read as well; write it as an assignment");

    [Fact]
    public void DECL0011_a_call_is_known_and_ends() => Reports("""
        partial class Sample
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            private double Recursive(double x) => x + {|DECL0011:Recursive(x)|};
            protected virtual double Open(double x) => x * rate;
            protected virtual double OpenRate => rate;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) =>
                parameter - Recursive(rate) * gradient - {|DECL0011:Open(rate)|} - {|DECL0011:OpenRate|} - rate * {|DECL0011:Update(parameter, gradient)|};
        }
        """,
        NotInTheLanguage("'Recursive', which calls itself,"), NotInTheLanguage("'Open', which a derived class may override,"),
        NotInTheLanguage("'OpenRate', which a derived class may override,"), NotInTheLanguage("'Update', which calls itself,"));

    [Fact]
    public void DECL0011_a_member_that_the_class_cannot_reach() => Reports("""
        class Base { private readonly double hidden = 2; protected double Twice(double x) => x * {|DECL0011:hidden|}; }

        sealed partial class Sample : Base
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - Twice(rate) * gradient;
        }
        """, NotInTheLanguage("'hidden', which 'Sample' cannot reach,"));

    private static string NotInTheLanguage(string what) => $"{what} is not part of the rule language, so this update rule cannot be differentiated";
}
