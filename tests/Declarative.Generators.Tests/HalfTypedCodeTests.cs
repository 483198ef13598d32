using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generators.Tests;

/// <summary>In an editor most code is half typed. Whatever it is, nothing throws: a generator that does takes all its output away.</summary>
public sealed class HalfTypedCodeTests
{
    private static void AssertNothingThrows(string source, bool withAnalyzers = true)
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(source);
        GeneratorRun run = GeneratorHarness.RunOnAnything(compilation);
        if (withAnalyzers)
            GeneratorHarness.Diagnose(run.Output);
    }

    [Theory]
    [InlineData("partial class Rule { [Hyperparameter] private double rate; }")]
    [InlineData("partial class Rule { [Hyperparameter(] private double rate; }")]
    [InlineData("partial class Rule { [Hyperparameter(0.1)] private double rate; }")]
    [InlineData("partial class Rule { [Hyperparameter(0.1, Domain.Nowhere)] private double rate; }")]
    [InlineData("partial class Rule { [Hyperparameter(\"a\", 3)] private double rate; }")]
    [InlineData("partial class Rule { [Hyperparameter(new[] { 0.1 }, new[] { Domain.Positive })] private double rate; }")]
    [InlineData("partial class Rule { [Hyperparameter(0.1, Domain.Positive, Min = new[] { 1.0 }, Size = 3)] private Tensor rate; }")]
    [InlineData("partial class Rule { [Hyperparameter(0.1, Domain.Positive, Size = nameof(Missing))] private Missing rate; }")]
    [InlineData("partial class Rule { [Hyperparameter(0.1, domain: , start: )] private double rate; }")]
    [InlineData("partial class Rule { [State(Initial = )] private Tensor velocity; }")]
    [InlineData("partial class Rule { [State(Initial = \"a\")] private double velocity; [State(Initial = new[] { 1 })] private double other; }")]
    [InlineData("partial class Rule { [State] private velocity; [State] private Tensor; [State] }")]
    [InlineData("partial class Rule { [State] [State] private Tensor velocity; [Hyperparameter(1, Domain.Real), Hyperparameter(2, Domain.Real)] private double rate; }")]
    [InlineData("partial class { [State] private Tensor velocity; }")]
    [InlineData("partial class Rule : Rule { [State] private Tensor velocity; }")]
    [InlineData("partial class Rule : Missing<Tensor> { [UpdateRule] Tensor Update(Tensor parameter, Tensor gradient) => parameter; }")]
    [InlineData("partial class Rule { [UpdateRule] Tensor Update(Tensor parameter, Tensor gradient); }")]
    [InlineData("partial class Rule { [UpdateRule] partial Tensor Update(Tensor parameter, Tensor gradient); }")]
    [InlineData("partial class Rule { [UpdateRule] Tensor (Tensor parameter, Tensor gradient) => parameter; }")]
    [InlineData("partial class Rule { [UpdateRule] Tensor Update(Tensor, Tensor) { } }")]
    [InlineData("partial class Rule { [UpdateRule] Tensor Update(Tensor same, Tensor same) => same; }")]
    [InlineData("partial class Rule { [UpdateRule] Missing Update(Missing parameter, Missing gradient) => parameter + gradient; }")]
    [InlineData("partial class Rule { [State] Tensor same; [State] Tensor same; [UpdateRule] Tensor Update(Tensor parameter, Tensor gradient) { same = gradient; return same; } }")]
    [InlineData("partial class Rule { [State] Tensor a; } partial class Rule { [State] Tensor a; [UpdateRule] Tensor Update(Tensor p, Tensor g) => p; } partial struct Rule { }")]
    [InlineData("partial class Rule { [UpdateRule] Tensor Update(Tensor p, Tensor g) { [UpdateRule] Tensor Local(Tensor a, Tensor b) => a; return p; } }")]
    [InlineData("[UpdateRule] Tensor Update(Tensor p, Tensor g) => p;")]
    [InlineData("partial class Rule { [DerivativeOf] Tensor D(Tensor x) => x; [UpdateRule] Tensor Update(Tensor p, Tensor g) => p; }")]
    [InlineData("partial class Rule { [DerivativeOf(nameof())] Tensor D( => x; [UpdateRule] Tensor Update(Tensor p, Tensor g) => D(p); }")]
    [InlineData("partial class Rule { [DerivativeOf(typeof(Missing), \"F\", Argument = \"1\")] Tensor D(Missing x) => x; [UpdateRule] Tensor Update(Tensor p, Tensor g) => p; }")]
    [InlineData("partial class Rule { Tensor F(Tensor x); [DerivativeOf(\"F\", Argument = -1)] Tensor D(Tensor x, Tensor y) => x; [UpdateRule] Tensor Update(Tensor p, Tensor g) => F(p); }")]
    [InlineData("partial class Rule { Tensor Twice => Twice + 1; double Half { get; set => } [UpdateRule] Tensor Update(Tensor p, Tensor g) => Twice * Half; }")]
    [InlineData("partial class Rule { abstract Tensor F(Tensor x); extern Tensor G(Tensor x); [UpdateRule] Tensor Update(Tensor p, Tensor g) => F(G(p)); }")]
    [InlineData("namespace Declarative { partial class HyperparameterAttribute { [Hyperparameter(1, Domain.Real)] Tensor a; } }")]
    public void Declarations(string source) => AssertNothingThrows(source);

    [Theory]
    [InlineData("return")]
    [InlineData("return parameter -")]
    [InlineData("return parameter - missing;")]
    [InlineData("return parameter.missing();")]
    [InlineData("return parameter.mul();")]
    [InlineData("return parameter.mul(gradient, gradient, gradient);")]
    [InlineData("return torch.sqrt();")]
    [InlineData("return Math.Pow(rate);")]
    [InlineData("var x = x + gradient; return x;")]
    [InlineData("var x; return x;")]
    [InlineData("Tensor x; return x;")]
    [InlineData("double x; if (step > 1) x = rate; return parameter - x * gradient;")]
    [InlineData("if return parameter;")]
    [InlineData("if (step) velocity = gradient; return parameter;")]
    [InlineData("return step ? parameter : ;")]
    [InlineData("return true ? rate : gradient;")]
    [InlineData("velocity += ; return velocity;")]
    [InlineData("velocity -= true; return velocity;")]
    [InlineData("rate = ; velocity = null; return default;")]
    [InlineData("velocity = default(Tensor); return null!;")]
    [InlineData("return this;")]
    [InlineData("return ((parameter));")]
    [InlineData("return !parameter;")]
    [InlineData("return 1 / 0 * parameter;")]
    [InlineData("await gradient; yield return parameter;")]
    [InlineData("goto there; there: return parameter;")]
    [InlineData("return parameter - rate * gradient; return gradient;")]
    [InlineData("Tensor rate = gradient; return rate - this.rate;")]
    [InlineData("return (Tensor)(object)parameter;")]
    [InlineData("return parameter![0] - gradient?.neg();")]
    [InlineData("return ((Func<Tensor>)(() => parameter))();")]
    [InlineData("switch (step) { case 1: case return parameter; } return parameter;")]
    [InlineData("switch () { } return parameter;")]
    [InlineData("switch (step) { case > : break; case 1 when : break; default: case 2: } return parameter;")]
    [InlineData("var x = step switch { }; return parameter - x;")]
    [InlineData("var x = step switch { 1 => , _ => rate, }; return parameter - x * gradient;")]
    [InlineData("return step is ? parameter : gradient;")]
    [InlineData("return step is (1, 2) or { } x ? parameter : gradient;")]
    [InlineData("return (step, ) switch { (1, _) => parameter, (2) => gradient };")]
    [InlineData("for (;;")]
    [InlineData("for (int i = 0; i < ; i++) { } return parameter;")]
    [InlineData("for (int i; i < 3; ) { } return parameter;")]
    [InlineData("while () { break; } return parameter;")]
    [InlineData("do { continue; } return parameter;")]
    [InlineData("foreach (in new[] { 1 }) { } return parameter;")]
    [InlineData("foreach (var in ) { } return parameter;")]
    [InlineData("foreach (var (a, b) in new[] { 1, 2 }) { } return parameter;")]
    [InlineData("foreach (var (a, b) in [(1, 2), (3)]) { scale = a; } return parameter;")]
    [InlineData("break; continue; return parameter;")]
    [InlineData("if (step > 1) break; return parameter;")]
    [InlineData("var (a, b) = ; return parameter;")]
    [InlineData("var (a, b) = (1, 2, 3); return parameter - a * gradient;")]
    [InlineData("(velocity, ) = (gradient, ); return parameter;")]
    [InlineData("(a, b) = (b, a); return parameter;")]
    [InlineData("var t = (rate, gradient); return t.Item3;")]
    [InlineData("return Local(); Tensor Local() { return Local2(); } Tensor Local2() => Local();")]
    [InlineData("Tensor Local(Tensor x) { if (step > 1) return x; } return Local(parameter);")]
    [InlineData("Tensor Local(Tensor x, ) => ; return Local(parameter, gradient);")]
    [InlineData("void Local(Tensor x) { velocity = x; return x; } return Local(parameter);")]
    [InlineData("return Local(missing: 1); Tensor Local(Tensor x = null) => x;")]
    [InlineData("velocity.mul_(); return velocity;")]
    [InlineData("velocity.mul_(missing).add_(gradient; return velocity;")]
    [InlineData("scale.mul_(2); 3.mul_(2); null.mul_(2); return velocity;")]
    [InlineData("velocity.copy_(); velocity.fill_(); velocity.zero_(1); return velocity;")]
    [InlineData("using var = NewDisposeScope(); using (; return parameter;")]
    [InlineData("using (no_grad( return parameter;")]
    [InlineData("return Derivative.Stop();")]
    [InlineData("scale++ ++; ++velocity; parameter--; return parameter;")]
    [InlineData("double[] x = [rate, ]; return parameter - x[] * x[5] * x[-1];")]
    [InlineData("int[] x = new[3]; return parameter - x[0];")]
    [InlineData("scale = scale = ; return parameter;")]
    [InlineData("x = x += y -= z; return x;")]
    public void Bodies(string body) => AssertNothingThrows(Samples.Rule(body));

    [Fact]
    public void A_rule_typed_letter_by_letter()
    {
        for (int length = 1; length < Samples.HeavyBall.Length; length++)
            AssertNothingThrows(Samples.HeavyBall[..length], withAnalyzers: length % 25 == 0);
    }

    [Fact]
    public void A_rule_with_any_token_missing()
    {
        string source = Samples.Rule("if (step > 1) { scale *= decay; } else scale = step == 1 ? rate : 1; return parameter - scale / (1 - rate) * gradient.square();");
        foreach (SyntaxToken token in GeneratorHarness.Parse(source).GetRoot().DescendantTokens())
            AssertNothingThrows(source.Remove(token.SpanStart, token.Span.Length), withAnalyzers: token.SpanStart % 10 == 0);
    }

    [Fact]
    public void A_rule_with_every_statement_and_any_token_missing()
    {
        string body = "for (int i = 0; i < 2; i++) { if (i == 1 && step > 2) continue; velocity.mul_(decay).add_(Local(gradient)); } "
            + "(velocity, var x) = (average, rate); foreach (var w in new[] { 0.5, 2 }) scale += w; "
            + "switch (step) { case 1: return parameter; case > 3 when x == 1: break; default: scale = step switch { 2 => x, _ => 1 }; break; } "
            + "using (NewDisposeScope()) { if (step is 3 or 4) return Both(gradient).a; } return parameter - Derivative.Stop(scale) * velocity; "
            + "Tensor Local(Tensor y, double z = 2) { if (step > 1) return y; return z * y; }";
        string source = Samples.Rule(body, "(Tensor a, double b) Both(Tensor x) => (x * rate, decay);");
        int start = source.IndexOf(body, StringComparison.Ordinal);
        foreach (SyntaxToken token in GeneratorHarness.Parse(source).GetRoot().DescendantTokens().Where(token => token.SpanStart >= start))
            AssertNothingThrows(source.Remove(token.SpanStart, token.Span.Length), withAnalyzers: token.SpanStart % 10 == 0);
    }

    [Fact]
    public void No_runtime()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(Samples.HeavyBall);
        IEnumerable<MetadataReference> others = compilation.References.Where(reference => reference.Display is not { } file || !file.EndsWith("Declarative.dll", StringComparison.Ordinal));
        Assert.Empty(GeneratorHarness.RunOnAnything(compilation.WithReferences(others)).Output.SyntaxTrees.Skip(compilation.SyntaxTrees.Length));
    }
}
