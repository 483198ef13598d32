using Declarative.CodeFixes;
using static Declarative.Generators.Tests.CodeFixes.FixAssert;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>Fixes of declarations.</summary>
public sealed class DeclarationFixTests
{
    private const string Rule = "[UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient;";

    private const string Members = $$"""{ [Hyperparameter(0.1, Domain.Positive)] private double rate; {{Rule}} }""";

    [Theory]
    [InlineData("sealed class Rule", "sealed partial class Rule")]
    [InlineData("/* first */ class Rule<T>", "/* first */ partial class Rule<T>")]
    [InlineData("/// <summary>A rule.</summary>\n[Serializable]\nclass Rule", "/// <summary>A rule.</summary>\n[Serializable]\npartial class Rule")]
    [InlineData("public  abstract class Rule", "public  abstract partial class Rule")]
    public Task Partial_is_added(string before, string after) => FixesAsync<AddPartialFix>($"{before} {Members}", $"{after} {Members}");

    [Fact]
    public Task Partial_is_added_to_all_that_contain_the_class() => FixesAsync<AddPartialFix>($$"""
        public static class First
        {
            internal struct Second
            {
                private interface Third<T>
                {
                    // The rule.
                    class Rule {{Members}}
                }
                class Other {{Members}}
            }
        }
        """, $$"""
        public static partial class First
        {
            internal partial struct Second
            {
                private partial interface Third<T>
                {
                    // The rule.
                    partial class Rule {{Members}}
                }
                partial class Other {{Members}}
            }
        }
        """);

    [Fact]
    public Task Partial_is_added_in_every_document() => FixesAsync<AddPartialFix>(
        [$"class First {Members} class Second {Members}", $"class Third {Members}"],
        [$"partial class First {Members} partial class Second {Members}", $"partial class Third {Members}"]);

    [Theory]
    [InlineData("private readonly double rate;", "private double rate;")]
    [InlineData("private static double rate;", "private double rate;")]
    [InlineData("private const double rate = 0.1;", "private double rate = 0.1;")]
    [InlineData("private static readonly double rate = 0.1; // as usual", "private double rate = 0.1; // as usual")]
    [InlineData("readonly double rate;", "double rate;")]
    [InlineData("readonly /* once */ double rate;", "/* once */ double rate;")]
    public Task A_field_is_made_writable(string before, string after) => FixesAsync<MakeWritableFix>(Field(before), Field(after));

    [Fact]
    public Task Fields_are_made_writable_everywhere() => FixesAsync<MakeWritableFix>(
        [Field("private readonly double rate, scale;").Replace("- rate", "- scale * rate"), State("readonly Tensor memory;", "First") + State("readonly Tensor memory;", "Second")],
        [Field("private double rate, scale;").Replace("- rate", "- scale * rate"), State("Tensor memory;", "First") + State("Tensor memory;", "Second")]);

    [Fact]
    public Task A_field_that_others_read_without_an_object_stays_static() => OffersNothingAsync<MakeWritableFix>(
        Field("internal static double rate;") + "class User { public double Rate => Sample.rate; }", "DECL0003");

    [Fact]
    public Task A_constant_that_is_needed_as_one_stays_constant() => OffersNothingAsync<MakeWritableFix>(
        Field("private const double rate = 0.1; private const double other = 2 * rate;"), "DECL0003");

    private static string Field(string field) => $$"""
        sealed partial class Sample
        {
            [Hyperparameter(0.1, Domain.Positive)]
            {{field}}

            {{Rule}}
        }
        """;

    private static string State(string field, string name) => $$"""

        sealed partial class {{name}}
        {
            [State] {{field}}
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) { memory = gradient + 0.9 * memory; return parameter - memory; }
        }
        """;
}
