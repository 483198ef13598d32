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
    public void No_runtime()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(Samples.HeavyBall);
        IEnumerable<MetadataReference> others = compilation.References.Where(reference => reference.Display is not { } file || !file.EndsWith("Declarative.dll", StringComparison.Ordinal));
        Assert.Empty(GeneratorHarness.RunOnAnything(compilation.WithReferences(others)).Output.SyntaxTrees.Skip(compilation.SyntaxTrees.Length));
    }
}
