using System.Reflection;

namespace Declarative.Generators.Tests;

/// <summary>Generated steps run for real: whatever way a rule is written, its step is what the method says, and its tangents are the
/// derivatives. Rules here are those that a generator gets wrong most easily.</summary>
public sealed class RuleNumbersTests(RuleNumbersTests.Rules rules) : IClassFixture<RuleNumbersTests.Rules>
{
    // What a rule keeps beyond a step must be its own tensor: none that another state keeps, and none that was released.
    public static TheoryData<string> Ownership => new(
        "velocity = gradient; return parameter - rate * velocity;",
        "velocity = parameter; return parameter - rate * gradient;",
        "velocity = gradient; average = gradient; return parameter - rate * velocity * decay;",
        "velocity = average; average = rate * gradient; return parameter - rate * velocity;",
        "average = velocity; velocity = rate * gradient; return parameter - rate * average;",
        "var former = velocity; velocity = average; average = former + rate * gradient; return parameter - velocity * decay;",
        "var former = velocity; velocity = average; average = former; return parameter - rate * gradient * average;",
        "var former = velocity; velocity = decay * velocity + gradient; return parameter - rate * former;",
        "var former = velocity; velocity = rate * gradient; return former;",
        "velocity = rate * gradient; average = velocity; return velocity;",
        "velocity = rate * gradient * gradient; average = rate * gradient * gradient; return parameter - average;",
        "velocity = gradient.square(); average = gradient.square(); return parameter - rate * average;",
        "average = gradient.square(); velocity = average.sqrt() + gradient.square(); return parameter - rate * velocity;",
        "if (step > 2) { var shared = rate * gradient; velocity = shared; average = shared; } return parameter - decay * velocity;",
        "if (step > 2) { velocity = gradient; } else { average = velocity; velocity = decay * gradient; } return parameter - rate * velocity * average;",
        "if (step > 2) velocity = decay * velocity + gradient; return parameter - rate * velocity;",
        "if (step > 2) { velocity = average; average = gradient; } return parameter - rate * velocity * decay;",
        "if (step > 1) { if (step > 2) velocity = gradient; else velocity = average; average = velocity; } return parameter - rate * velocity * decay;",
        "var former = step > 2 ? velocity : gradient; velocity = rate * gradient; return former;",
        "if (step > 2) parameter = velocity; velocity = -parameter; return parameter;",
        "velocity = step > 2 ? average : gradient; return step > 1 ? velocity : parameter - rate * gradient;",
        "return parameter;",
        // A state whose memory might be used again, while it is still to be released.
        "average = decay * velocity; velocity = rate * gradient; return parameter - rate * average;",
        "average = velocity + gradient; velocity = rate * gradient; return parameter - rate * average;",
        "var ahead = decay * velocity; velocity = rate * gradient; return ahead;",
        "var former = decay * velocity; velocity = decay * average; average = former; return parameter - rate * gradient;",
        "var one = decay * velocity; var two = decay * velocity; velocity = one + gradient; average = two - gradient; return parameter - velocity;",
        "average = gradient.square(); velocity = gradient.square() + velocity; average = average * decay + gradient.square(); return parameter - rate * average;",
        "velocity = decay * velocity; average = velocity + average; velocity = velocity * rate + gradient; return parameter - average * rate;",
        "return gradient;",
        "return velocity;",
        "return average - rate;");

    // Numbers: precedence, whole numbers, numbers that are states.
    public static TheoryData<string> Numbers => new(
        "return parameter - rate / epochs * gradient;",
        "return parameter - 1.0 / epochs * rate * gradient;",
        "return parameter - epochs / 2.0 * rate * gradient;",
        "return parameter - (double)epochs / total * rate * gradient;",
        "double part = epochs; return parameter - part / total * rate * gradient;",
        "var twice = epochs * 2; return parameter - 1.0 / twice * rate * gradient;",
        "return parameter - rate * (1 - precise) * (precise - precise * precise) * gradient;",
        "return parameter - rate * Shared * gradient;",
        "return parameter - rate * Rule.Shared / Whole * gradient;",
        "scale = 1; return parameter - rate * scale * gradient;",
        "scale = precise; return parameter - rate * scale * gradient;",
        "scale = step; return parameter - rate * scale * gradient;",
        "scale *= decay; return parameter - rate / (1 - scale * 0.1) * gradient;",
        "scale += rate - decay; scale -= rate * (rate - decay); scale /= 2 - rate; return parameter - scale * gradient;",
        "scale = -(rate - decay) - -(rate + decay); return parameter - -scale * gradient;",
        "scale = rate - (decay - (rate - decay)); return parameter - rate / (decay / (scale + 1)) * gradient;",
        "scale = rate / (decay * (rate + 1)); return parameter - (rate + decay) * (rate - decay) * -gradient * scale;",
        "scale = Math.Abs(rate - decay) / Math.Abs(-decay); return parameter - scale * gradient;",
        "scale = Math.Pow(decay, step) * Math.Pow(2, rate) * Math.Pow(rate, decay); return parameter - scale * gradient;",
        "scale = Math.Sqrt(scale) * Math.Exp(-rate) + Math.Log(decay + 1); return parameter - scale * gradient;",
        "double x; double y; if (step > 2) { x = rate; y = 1; } else { x = 1; y = decay; } return parameter - x / y * gradient;",
        "bool late = step > 2 && !(step == 4) || step < 1; return late ? parameter - rate * gradient : parameter - decay * gradient;",
        "double size; bool late; if (step > 3) late = true; else late = step < 2; if (late) size = rate; else size = decay; return parameter - size * gradient;",
        "return (step == 1) == flag ? parameter - rate * gradient : parameter;",
        "velocity = Never ? parameter : gradient; return Never ? parameter : parameter - rate * velocity;",
        "var one = 1; if (one < 2) velocity = gradient; return parameter - rate * velocity;",
        "var zero = 0.0; return parameter - rate * gradient + zero * parameter / (1 + zero);",
        "gradient = gradient + rate * parameter; parameter = parameter - decay * gradient; return parameter;",
        "return 1 - (2 - (parameter - rate * gradient));",
        "return -(-parameter - -(rate * gradient)) * 1 + 0;",
        "return parameter - gradient * rate / (parameter + 2) / (gradient / (parameter + rate));",
        "return 1 / (1 / parameter + rate * gradient) + 2 * (parameter - 1) * (gradient - rate) - (decay / gradient).square();",
        "return ((parameter + 1).pow(3) * rate).exp().log() - (gradient * rate).pow(0.5) - (parameter - gradient).abs() * rate;");

    // Names that the generated method might use itself.
    public static TheoryData<string> Names => new(
        "var state = rate * gradient; var tangents = decay * state; return parameter - tangents;",
        "var velocityTangent = rate * gradient; velocity = decay * velocity + velocityTangent; return parameter - velocity;",
        "var parameter1 = rate * gradient; var parameter1Tangent = parameter1 * decay; return parameter - parameter1Tangent;",
        "var sum = gradient + parameter; var product = rate * (gradient + 1); var square = (product.square() + (sum * 2).square()) * 0.01; return parameter - square;",
        "var @return = rate * gradient; var @double = 2 * @return; return parameter - @double;",
        "var value = rate; var field = value * gradient; var global = field * decay; return parameter - global;",
        "{ var inner = rate * gradient; velocity = inner; } { var inner = decay * velocity; velocity = inner; } return parameter - velocity;",
        "var choice = step > 2 ? rate * gradient : gradient; var choice1 = step > 3 ? choice : decay * choice; return parameter - choice1;",
        "this.velocity = this.rate * gradient + this.Half * this.velocity; return parameter - this.velocity;",
        "{ var epochs = rate * gradient; velocity = epochs; } return parameter - epochs * velocity;",
        "var difference = rate * gradient; return parameter - difference * Rule.difference;");

    private const string Members = """
        private readonly int total = 7;
            private readonly float precise = 0.25f;
            private static readonly double Shared = 1.5;
            private static readonly int Whole = 2;
            private static readonly double difference = 0.5;
            private const bool Never = false;
            private double Half => 0.5;
        """;

    [Theory, MemberData(nameof(Ownership)), MemberData(nameof(Numbers)), MemberData(nameof(Names))]
    public void A_generated_step_is_what_the_method_says(string body) => NumericCheck.AssertAgrees(rules.TypeOf(body), 3, true);

    /// <summary>All rules of these tests in one compilation.</summary>
    public sealed class Rules
    {
        private static readonly string[] bodies = [.. new IEnumerable<object[]>[] { Ownership, Numbers, Names }.SelectMany(rows => rows).Select(row => (string)row[0])];

        private readonly Assembly assembly = NumericCheck.Load(GeneratorHarness.Run(
            [.. bodies.Select((body, i) => Samples.Rule(body.Replace("Rule.", $"Rule{i}."), Members, $"Rule{i}(int epochs, bool flag)"))]));

        public Type TypeOf(string body) => assembly.GetType($"Samples.Rule{Array.IndexOf(bodies, body)}", throwOnError: true)!;
    }
}
