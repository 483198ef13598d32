using System.Reflection;

namespace Declarative.Generators.Tests;

/// <summary>The statements of the rule language: whatever way a rule is written, its step is what the method says, and its tangents are
/// the derivatives.</summary>
public sealed class StatementTests(StatementTests.Rules rules) : IClassFixture<StatementTests.Rules>
{
    public static TheoryData<string> Returns => new(
        "if (step == 1) return parameter - gradient * rate; return parameter - decay * gradient;",
        "if (step == 1) return parameter; velocity = decay * velocity + gradient; return parameter - rate * velocity;",
        "if (step > 1) { velocity = gradient; if (step > 2) return parameter - decay * velocity; velocity *= rate; } return parameter - rate * velocity;",
        "if (step > 2) velocity = gradient; else { if (flag) return parameter - rate * gradient; average = velocity; } return parameter - average * velocity * rate;",
        "if (step == 1) { return parameter; } else if (step == 2) { return parameter - rate * gradient; } else { velocity = gradient * decay; } return parameter - velocity;",
        "if (flag) return parameter - rate * gradient; return parameter;",
        "if (step < 3) { scale *= decay; } else return gradient * scale * rate; scale += 1; return parameter - rate * scale * gradient;",
        "{ { if (step == 2) return parameter - scale * rate * gradient; scale = rate; } scale *= 2; } return parameter - scale * gradient;",
        "if (step > 1) if (step > 2) if (step > 3) return parameter - rate * gradient; return parameter - decay * rate * gradient; return parameter;",
        "if (step > 100 && flag) { } return parameter - rate * gradient;");

    public static TheoryData<string> Switches => new(
        "switch (step) { case 1: return parameter - rate * gradient; case 2: velocity = gradient; break; default: velocity = decay * velocity; break; } return parameter - rate * velocity;",
        "switch (step) { case 1: case 2: scale = rate; break; case > 3 and < 10: scale = decay; break; } return parameter - scale * gradient;",
        "switch (step) { default: scale = rate; break; case 2: scale = decay; break; case 3 when flag: scale = rate * decay; break; } return parameter - scale * gradient;",
        "switch (step) { case 1: { if (flag) break; scale = 5; break; } case var s when s > 2: scale = 0.25; break; } return parameter - rate * scale * gradient;",
        "switch (mode) { case Mode.Plain: return parameter - rate * gradient; case Mode.Heavy: velocity = decay * velocity + gradient; return parameter - rate * velocity; } return parameter;",
        "switch (flag) { case true: scale = rate; break; case false: scale = decay; break; } return parameter - scale * gradient;",
        "switch (2) { case 1: scale = rate; break; case 2: scale = decay; break; default: scale = 7; break; } return parameter - scale * gradient;",
        "var size = step switch { 1 => rate, 2 or 3 => decay, > 3 when flag => 1, _ => 2 * rate }; return parameter - size * gradient;",
        "var size = mode switch { Mode.Plain => rate, not Mode.Heavy => decay, _ => scale }; return parameter - size * gradient;",
        "return parameter - (step switch { 1 => velocity, _ => average }) * rate * gradient;",
        "return (flag, step) switch { (true, 1) => parameter - rate * gradient, (_, > 2) => parameter - decay * gradient, _ => parameter };",
        "return step is 1 or > 3 ? parameter - rate * gradient : parameter - decay * gradient;",
        "return step is not (1 or 2) && flag is true ? parameter - rate * gradient : parameter;",
        "return mode == Mode.Heavy ? parameter - rate * gradient : parameter - (double)mode * decay * gradient;",
        "return mode is Mode.Heavy or Mode.Plain ? parameter - rate * (int)mode * gradient : parameter;",
        "var x = step is var s && s > 2 ? rate : decay; return parameter - x * gradient;",
        "return flag & step > 2 | step == 1 ? parameter - rate * gradient : parameter - decay * gradient;",
        "return flag ^ step > 2 ? parameter - rate * gradient : parameter - decay * gradient;");

    public static TheoryData<string> Loops => new(
        "for (int i = 0; i < 3; i++) velocity = decay * velocity + rate * gradient; return parameter - velocity;",
        "for (int i = 3; i > 0; i -= 2) { scale = scale / i + rate; } return parameter - rate * scale * gradient;",
        "for (int i = 0, j = 5; i < j; i++, --j) { if (i % 2 == 1) continue; scale += i * rate + j / 2; } return parameter - rate * 0.1 * scale * gradient;",
        "int i = 0; while (i < 3) { i++; if (i == 2) break; scale *= decay + i; } return parameter - rate * scale * gradient;",
        "int i = 0; do { velocity = velocity * decay + gradient * i; } while (++i < 3); return parameter - rate * velocity;",
        "foreach (var weight in new[] { 0.5, 0.25 }) velocity = velocity * weight + rate * gradient; return parameter - velocity;",
        "double[] weights = [0.5, 0.25, 0.125]; for (int i = 0; i < weights.Length; i++) velocity = velocity * weights[i] + gradient; return parameter - rate * velocity;",
        "foreach (var (a, b) in new[] { (0.5, 2.0), (0.25, 1.0) }) velocity = a * velocity + b * rate * gradient; return parameter - velocity;",
        "foreach (int k in (int[])[1, 2, 3]) { if (step == k) return parameter - rate * k * gradient; } return parameter;",
        "for (int i = 0; i < 4; i++) { if (step == i + 1) continue; velocity = decay * velocity + gradient; } return parameter - rate * velocity;",
        "for (int i = 0; i < 4; i++) { if (step > 2) { scale = 0.5 * rate; break; } scale *= decay; } scale += 1; return parameter - rate * scale * gradient;",
        "for (int i = 0; i < 3; i++) { if (flag) continue; if (step == 2) return parameter - gradient * rate; scale *= decay; } return parameter - rate * scale * gradient;",
        "for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) { if (i == j) continue; velocity = decay * velocity + (i + 2 * j) * rate * gradient; } return parameter - velocity;",
        "for (; ; ) { scale *= decay; break; } while (false) scale = 0; return parameter - rate * scale * gradient;",
        "for (int i = 0; i < 3; i++) { switch (i) { case 0: scale *= rate; continue; case 1: scale += 1; break; } scale *= decay; } return parameter - scale * gradient;",
        "for (int i = 0; i < 3; i++) { var local = velocity * decay; velocity = local + gradient; } return parameter - rate * velocity;",
        "scale++; ++scale; scale--; var old = scale++; return parameter - rate * old / scale * gradient;",
        "var n = 1 << 3; var m = n / 3 % 2 + (int)2.7; return parameter - rate * m * gradient;",
        "Tensor a, b; a = b = decay * gradient; double x; scale = x = rate; return parameter - a * x - b * scale;",
        "double x; return parameter - (x = rate * 2) * gradient * x;");

    public static TheoryData<string> Calls => new(
        "return Step(parameter, gradient);",
        "return parameter - Scaled(by: decay, of: gradient);",
        "return parameter - Scaled(gradient) * Twice(rate);",
        "Remember(gradient); return parameter - rate * velocity;",
        "Remember(gradient, keep: 0.5); Remember(velocity); return parameter - rate * velocity * Helpers.Half(decay);",
        "return parameter - Early(step, gradient) * rate;",
        "var (a, b) = Both(gradient); return parameter - a * b;",
        "var both = Both(gradient); return parameter - both.Item1 * both.second;",
        "double Local(double x) { if (step > 2) return x * decay; return x; } return parameter - Local(rate) * gradient;",
        "Tensor Add(Tensor x) => x + velocity * rate; velocity = gradient; return parameter - decay * Add(Add(gradient));",
        "void Set(Tensor x) { velocity = decay * velocity + x; } Set(gradient); Set(rate * parameter); return parameter - rate * velocity;",
        "return parameter - OneMinusDecay * gradient * Corrected;",
        "return parameter - rate * Setting * Halves.Half * gradient;",
        "return parameter - Unrolled(gradient, 3);",
        "return parameter - Sum(rate, decay, 0.5) * gradient;",
        "return parameter - Outer(rate) * gradient;",
        "var x = Scaled(gradient); var y = Scaled(x); return parameter - y * Scaled(parameter, decay);",
        "return parameter - Generic.Same(rate) * gradient;");

    public static TheoryData<string> Tuples => new(
        "var (a, b) = (rate, decay * gradient); return parameter - a * b;",
        "double a = rate, b = decay; (a, b) = (b, a); return parameter - a * gradient - b * velocity;",
        "(velocity, average) = (average, velocity + gradient); return parameter - rate * velocity * average;",
        "(velocity, var extra) = (gradient * decay, rate); return parameter - extra * velocity;",
        "var t = (Rate: rate, Direction: gradient); t = (t.Rate * 2, velocity); velocity = gradient; return parameter - t.Rate * t.Direction;",
        "var ((a, b), c) = ((rate, decay), gradient); return parameter - a * b * c;",
        "var (a, _) = (rate, decay); return parameter - a * gradient;",
        "var t = step > 2 ? (rate, gradient) : (decay, velocity); velocity = gradient; return parameter - t.Item1 * t.Item2;",
        "(scale, velocity) = step == 1 ? (rate, gradient) : (scale * decay, velocity * rate); return parameter - scale * velocity;");

    public static TheoryData<string> InPlace => new(
        "velocity.mul_(decay).add_(gradient); return parameter - rate * velocity;",
        "var v = velocity; v.mul_(decay); v = v + gradient; return parameter - rate * velocity * v;",
        "var v = velocity; velocity = decay * velocity + gradient; v.add_(gradient); return parameter - rate * v * velocity;",
        "parameter.sub_(rate * gradient); return parameter;",
        "gradient.mul_(rate); return parameter - gradient;",
        "gradient = gradient + parameter * decay; gradient.mul_(rate); return parameter - gradient;",
        "return parameter - velocity.mul_(decay).add_(gradient) * rate;",
        "return parameter - (velocity + velocity.mul_(decay) + velocity.add_(gradient)) * rate;",
        "return parameter - rate * (velocity.mul(2) + velocity.add_(gradient));",
        "velocity.copy_(gradient); velocity.mul_(decay); return parameter - rate * velocity * gradient;",
        "velocity.zero_(); velocity.add_(rate * gradient); average.fill_(decay); return parameter - velocity * average;",
        "var c = velocity.clone(); velocity.mul_(decay).add_(gradient); return parameter - rate * c * velocity;",
        "if (step == 1) velocity = gradient.clone(); else velocity.mul_(decay).add_(gradient); velocity.mul_(rate); return parameter - velocity;",
        "if (step > 2) velocity.add_(gradient); var v = velocity; if (flag) v.mul_(decay); return parameter - rate * velocity;",
        "Accumulate(velocity, gradient); return parameter - rate * velocity;",
        "var x = (gradient + velocity).mul_(decay).exp_().add_(1).sqrt_().neg_(); return parameter + rate * x;",
        "for (int i = 0; i < 3; i++) velocity.mul_(decay).add_(gradient); return parameter - rate * velocity;",
        "var t = (velocity, average); t.velocity.add_(gradient); t.average.mul_(decay); return parameter - rate * velocity * average;",
        "average.mul_(decay).add_(gradient.square().mul_(1 - decay)); return parameter - rate * gradient / average.sqrt().add_(1e-3);",
        "var a = velocity.alias(); a.add_(gradient); return parameter - rate * velocity;",
        "velocity.div_(2).sub_(gradient).abs_(); return parameter - rate * velocity;");

    public static TheoryData<string> Structure => new(
        "using var scope = NewDisposeScope(); velocity = (decay * velocity + gradient).DetachFromDisposeScope(); return (parameter - rate * velocity).MoveToOuterDisposeScope();",
        "Tensor x; using (NewDisposeScope()) { x = (decay * gradient).MoveToOuterDisposeScope(); } return parameter - rate * x;",
        "using (var scope = NewDisposeScope()) { var x = gradient * rate; return scope.MoveToOuter(parameter - x); }",
        "using var x = decay * gradient; return parameter - rate * x.contiguous();",
        "var x = decay * gradient; velocity = x.clone(); x.Dispose(); return parameter - rate * velocity;",
        "gradient = gradient.alias(); return parameter - rate * gradient;");

    private const string Members = """
        private readonly Mode mode = Mode.Heavy;
            private const double Weight = 0.25;
            private double Setting => mode == Mode.Heavy ? Weight : 1;
            private double OneMinusDecay => 1 - decay;
            private Tensor Corrected { get { if (mode == Mode.Plain) return velocity; return velocity + OneMinusDecay * rate; } }
            private Tensor Step(Tensor parameter, Tensor gradient) => parameter - Scaled(gradient, rate);
            private Tensor Scaled(Tensor of, double by = 0.5) => of * by * decay;
            private static double Twice(double x) => 2 * x;
            private void Remember(Tensor x, double keep = 0.75) => velocity = keep * velocity + rate * x;
            private Tensor Early(long t, Tensor x) { if (t == 1) return x; x = x * decay; if (t == 3) { return x + rate; } return x * scale; }
            private (Tensor, double second) Both(Tensor x) { var twice = Twice(rate); return (x * twice, decay); }
            private Tensor Unrolled(Tensor x, int n) { for (int i = 0; i < n; i++) { if (i == 2) return x * rate; x = x * decay + rate; } return x; }
            private double Sum(params double[] items) { double sum = 0; foreach (double item in items) sum += item * rate; return sum; }
            private double Outer(double x) { double y = x * decay; return Inner(y) + y; }
            private double Inner(double x) { var y = x + decay; return y * y; }
            private static void Accumulate(Tensor into, Tensor x) { into.mul_(0.5); into.add_(x); }
            private static class Halves { public static double Half { get; } = 0.5; }
        """;

    private const string Others = """
        namespace Samples;

        public enum Mode { Plain, Heavy = 3, Other }

        public static class Helpers
        {
            private const double Two = 2;
            public static double Half(double x) => x / Two;
        }

        public static class Generic
        {
            public static T Same<T>(T x) => x;
        }
        """;

    [Theory]
    [MemberData(nameof(Returns)), MemberData(nameof(Switches)), MemberData(nameof(Loops)), MemberData(nameof(Calls)), MemberData(nameof(Tuples))]
    [MemberData(nameof(InPlace)), MemberData(nameof(Structure))]
    public void A_generated_step_is_what_the_method_says(string body)
    {
        NumericCheck.AssertAgrees(rules.TypeOf(body), true);
        NumericCheck.AssertAgrees(rules.TypeOf(body), false);
    }

    /// <summary>All rules of these tests in one compilation.</summary>
    public sealed class Rules
    {
        private static readonly string[] bodies = [.. new IEnumerable<object[]>[] { Returns, Switches, Loops, Calls, Tuples, InPlace, Structure }.SelectMany(rows => rows).Select(row => (string)row[0])];

        private readonly Assembly assembly = NumericCheck.Load(GeneratorHarness.Run(
            [Others, .. bodies.Select((body, i) => "#pragma warning disable CS0162, CS0184, CS0164, IDE0059\n" + Samples.Rule(body, Members, $"Rule{i}(bool flag)"))]));

        public Type TypeOf(string body) => assembly.GetType($"Samples.Rule{Array.IndexOf(bodies, body)}", throwOnError: true)!;
    }
}
