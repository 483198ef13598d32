using Declarative.CodeFixes;
using static Declarative.Generators.Tests.CodeFixes.FixAssert;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>A hyperparameter that nothing reads is removed.</summary>
public sealed class RemoveHyperparameterFixTests
{
    private static string Rule(string members, string name = "Rule") => $$"""
        sealed partial class {{name}}
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
        {{members}}
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient;
        }
        """;

    [Fact]
    public Task In_every_document() => FixesAsync<RemoveHyperparameterFix>(
        [
            Rule("    [Hyperparameter(0.9, Domain.UnitInterval)] private double {|DECL0017:decay|};\n    [Hyperparameter(1, Domain.Real)] private double {|DECL0017:bias|};\n"),
            Rule("    [Hyperparameter(1, Domain.Positive)] private double {|DECL0017:scale|};\n", "Other"),
        ],
        [Rule(""), Rule("", "Other")]);

    [Fact]
    public Task One_of_two() => FixesAsync<RemoveHyperparameterFix>(
        Rule("").Replace("double rate;", "double rate, {|DECL0017:decay|};"), Rule(""));
}
