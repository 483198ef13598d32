using Declarative.CodeFixes;
using static Declarative.Generators.Tests.CodeFixes.FixAssert;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>The heads of derivatives that a call without a derivative rule needs.</summary>
public sealed class DerivativeStubFixTests
{
    private static string Rule(string call, string stubs = "") => $$"""
        namespace Samples;

        public sealed partial class Rule
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;

            [UpdateRule]
            private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * {{call}};
        {{stubs}}}
        """;

    private static string Stub(string target, int argument, string head) =>
        $"\n    [DerivativeOf({target}, Argument = {argument})] private static {head} => throw new NotImplementedException();\n";

    [Fact]
    public Task Of_a_tensor_s_method() => FixesAsync<SupplyDerivativeFix>(Rule("{|DECL0010:gradient.digamma()|}"), Rule("gradient.digamma()",
        Stub("typeof(Tensor), nameof(Tensor.digamma)", 0, "Tensor DigammaByInput(Tensor input, Tensor value)")));

    [Fact]
    public Task Of_a_function() => FixesAsync<SupplyDerivativeFix>(Rule("{|DECL0010:torch.digamma(gradient)|}"), Rule("torch.digamma(gradient)",
        Stub("typeof(torch), nameof(torch.digamma)", 0, "Tensor DigammaByInput(Tensor input, Tensor value)")));

    [Fact]
    public Task Of_several_arguments() => FixesAsync<SupplyDerivativeFix>(
        Rule("{|DECL0010:functional.threshold(gradient, rate, 0.5)|}"),
        Rule("functional.threshold(gradient, rate, 0.5)",
            string.Concat(new[] { "X", "Threshold", "Value" }.Select((name, argument) => Stub("typeof(functional), nameof(functional.threshold)", argument,
                $"Tensor ThresholdBy{name}(Tensor x, double threshold, double value, bool inplace, Tensor _value)")))));

    [Fact]
    public Task Of_a_number() => FixesAsync<SupplyDerivativeFix>(Rule("{|DECL0010:Math.Cbrt(rate)|} * gradient"), Rule("Math.Cbrt(rate) * gradient",
        Stub("typeof(Math), nameof(Math.Cbrt)", 0, "double CbrtByD(double d, double value)")));

    [Fact]
    public Task Of_calls_in_every_document() => FixesAsync<SupplyDerivativeFix>(
        [Rule("({|DECL0010:gradient.digamma()|} + {|DECL0010:parameter.digamma()|}) * {|DECL0010:Math.Cbrt(rate)|}"), Rule("{|DECL0010:gradient.digamma()|}").Replace("class Rule", "class Other")],
        [
            Rule("(gradient.digamma() + parameter.digamma()) * Math.Cbrt(rate)",
                Stub("typeof(Math), nameof(Math.Cbrt)", 0, "double CbrtByD(double d, double value)")
                + Stub("typeof(Tensor), nameof(Tensor.digamma)", 0, "Tensor DigammaByInput(Tensor input, Tensor value)")),
            Rule("gradient.digamma()", Stub("typeof(Tensor), nameof(Tensor.digamma)", 0, "Tensor DigammaByInput(Tensor input, Tensor value)"))
                .Replace("class Rule", "class Other"),
        ]);
}
