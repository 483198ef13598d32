using System.Reflection;
using Declarative.Generators.Emission;
using Declarative.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generators.Tests;

/// <summary>Shapes of source that break generated code most easily: old language versions, names that hide others, extension methods of
/// the user's own.</summary>
public sealed class HardShapeTests
{
    private const string OldStyle = """
        using Declarative;
        using static TorchSharp.torch;

        namespace Samples.Old
        {
            public partial class Outer<T>
            {
                public partial class Rule
                {
                    private readonly bool isSlow;
                    [Hyperparameter(0.1, Domain.Positive)] private double rate;
                    [Hyperparameter(0.5, Domain.Interval, Min = 0.1, Max = 2)] private double decay;
                    [State] private Tensor velocity;
                    [State(Initial = 1)] private double power;

                    public Rule(bool isSlow) { this.isSlow = isSlow; }

                    [UpdateRule]
                    private Tensor Update(Tensor parameter, Tensor gradient, long step)
                    {
                        power *= decay;
                        if (isSlow)
                            velocity = decay * velocity + gradient;
                        else
                            velocity = gradient.square() + step * parameter;
                        return parameter - rate * velocity * power;
                    }
                }
            }

            public sealed partial class Loss
            {
                [Hyperparameter(0.5, Domain.UnitInterval)] private Tensor weight;
                public Tensor Training() { return weight * 2; }
            }
        }
        """;

    private static void AssertWorks(Assembly assembly, string type, params object[] configuration)
    {
        Type found = assembly.GetType(type, throwOnError: true)!;
        NumericCheck.AssertAgrees(found.ContainsGenericParameters ? found.MakeGenericType([.. found.GetGenericArguments().Select(_ => typeof(int))]) : found, configuration);
    }

    // The module initializer needs C# 9.
    [Theory]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.CSharp11)]
    [InlineData(LanguageVersion.CSharp12)]
    [InlineData(LanguageVersion.Preview)]
    public void Generated_code_compiles_in_the_language_version_of_the_project(LanguageVersion version)
    {
        GeneratorRun run = GeneratorHarness.Run(GeneratorHarness.Compile(version, "#nullable disable warnings\n" + OldStyle));
        Assert.Equal(version == LanguageVersion.CSharp9, run.Sources["Samples.Old.Loss.g.cs"].Contains("namespace Samples.Old\n{", StringComparison.Ordinal));
        AssertWorks(NumericCheck.Load(run), "Samples.Old.Outer`1+Rule", version == LanguageVersion.CSharp9);
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("enable")]
    [InlineData("disable annotations")]
    public void Nullable_contexts(string context) => AssertWorks(NumericCheck.Load(GeneratorHarness.Run($$"""
        #nullable {{context}}
        #pragma warning disable CS8618, CS8669
        public partial class Rule
        {
            [Hyperparameter(0.1, Domain.Positive)] private partial double Rate { get; }
            [State] private partial Tensor Velocity { get; set; }
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) { Velocity = gradient; return parameter - Rate * Velocity; }
        }
        """)), "Rule");

    [Fact]
    public void Names_that_hide_ours()
    {
        Assembly assembly = NumericCheck.Load(GeneratorHarness.Run("""
            namespace Outer.System { public class Console; }
            namespace Outer.Declarative { public class Hyperparameter; namespace Rules { public class UpdateState; } }
            namespace Outer.TorchSharp { public class torch; }
            namespace Outer
            {
                public class Domain;
                public class HyperparameterSet;
                public static class TensorOperations { public static string Of(object value) => value.ToString()!; }

                public partial class Outer
                {
                    public class List<T>;
                    public class Tensor;
                    public class NumberTangent;
                    public class global;

                    [global::Declarative.Hyperparameter(0.1, global::Declarative.Domain.Positive)] protected double rate;
                    [global::Declarative.State] private global::TorchSharp.torch.Tensor velocity;
                    [global::Declarative.UpdateRule] private global::TorchSharp.torch.Tensor Update(global::TorchSharp.torch.Tensor parameter, global::TorchSharp.torch.Tensor gradient)
                    {
                        velocity = rate * velocity + gradient;
                        return parameter - rate * velocity;
                    }
                }
            }
            """));
        AssertWorks(assembly, "Outer.Outer");
    }

    [Fact]
    public void Aliases_unicode_and_several_parts()
    {
        GeneratorRun run = GeneratorHarness.Run("""
            using Learned = Declarative.HyperparameterAttribute;
            using Größe = Declarative.Domain;
            using Zustand = Declarative.StateAttribute;

            namespace Größen.日本語;

            public partial class Règle
            {
                [Learned(0.1, Größe.Positive)] private double лр, ставка2;
                [@Zustand] private Tensor geschwindigkeit;
            }
            """, """
            using Règle1 = Größen.日本語.Règle;

            namespace Größen.日本語
            {
                partial class Règle
                {
                    [Declarative.HyperparameterAttribute(0.9, Domain.UnitInterval)] private double µ;
                }

                partial class Règle
                {
                    [UpdateRule] private Tensor Update(Tensor θ, Tensor g) { geschwindigkeit = µ * geschwindigkeit + g; return θ - лр * ставка2 * geschwindigkeit; }
                    public static Règle1 New() => new();
                }
            }
            """);
        AssertWorks(NumericCheck.Load(run), "Größen.日本語.Règle");
    }

    // Ours come from a using directive in the innermost namespace: before those that are imported around it, globally or not.
    [Theory]
    [InlineData("global using Foreign;", "namespace Samples;")]
    [InlineData("", "namespace Samples;")]
    public void Extension_methods_of_other_namespaces_do_not_win(string globalUsing, string space)
    {
        string extensions = $$"""
            {{globalUsing}}

            namespace Foreign
            {
                public static class Extensions
                {
                    public static Tensor Add(this Tensor x, Tensor y) => throw new InvalidOperationException();
                    public static Tensor Add(this Tensor x, Tensor y, double c) => throw new InvalidOperationException();
                    public static Tensor Scale(this Tensor x, double c) => throw new InvalidOperationException();
                }
            }
            """;
        AssertWorks(NumericCheck.Load(GeneratorHarness.Run(extensions, $$"""
            {{space}}
            {{(globalUsing.Length > 0 ? "" : "using Foreign;")}}

            public partial class Rule
            {
                [Hyperparameter(0.1, Domain.Positive)] private double rate;
                [State] private Tensor velocity;
                [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) { velocity = rate * velocity; return parameter - rate * (gradient + velocity); }
            }
            """)), "Samples.Rule");
    }

    [Fact]
    public void Nor_do_those_of_a_namespace_around_it() => AssertWorks(NumericCheck.Load(GeneratorHarness.Run(
        Extensions.Replace("Samples", "Around"), RuleIn("Around.Samples"))), "Around.Samples.Rule");

    // The compiler would call them without a word.
    [Fact]
    public void Those_of_the_same_namespace_are_refused()
    {
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(Extensions, RuleIn("Samples")));
        Assert.Empty(run.Sources);
        Diagnostic collision = Assert.Single(MarkedSource.OwnDiagnostics(run.Output));
        Assert.Equal("DECL0008", collision.Id);
        Assert.StartsWith("'Extensions.Scale(torch.Tensor, double)' collides with 'TensorOperations.Scale'", collision.GetMessage());
        Assert.Equal("Update", collision.Location.SourceTree!.ToString().Substring(collision.Location.SourceSpan.Start, collision.Location.SourceSpan.Length));
    }

    private const string Extensions = """
        namespace Samples
        {
            public static class Extensions
            {
                public static Tensor Scale(this Tensor x, double c) => throw new InvalidOperationException();
                public static Tensor Other(this Tensor x, double c) => x * c;
            }
        }
        """;

    private static string RuleIn(string space) => $$"""
        namespace {{space}};

        public partial class Rule
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [State] private Tensor velocity;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) { velocity = rate * velocity; return parameter - rate * (gradient + velocity); }
        }
        """;

    [Fact]
    public void A_class_of_the_initializers_name_takes_nothing_away()
    {
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile("""
            namespace Declarative { public partial class NativeLibraries { [Hyperparameter(0.1, Domain.Positive)] private Tensor rate; public Tensor Rate => rate; } }
            """));
        Assert.StartsWith("Declarative.NativeLibraries-", Assert.Single(run.Sources.Keys));
        Assert.NotEmpty(run.Initializer);
    }

    [Theory]
    [InlineData("[UpdateRule] private partial Tensor Update(Tensor p, Tensor g); [UpdateRule] private partial Tensor Update(Tensor p, Tensor g) => p - g;")]
    [InlineData("[State, UpdateRule] private Tensor Update(Tensor p, Tensor g) => p - g;")]
    [InlineData("[UpdateRule, Hyperparameter(1, Domain.Real)] private Tensor Update(Tensor p, Tensor g) => p - g;")]
    [InlineData("[UpdateRule, UpdateRule] private Tensor Update(Tensor p, Tensor g) => p - g;")]
    [InlineData("[Hyperparameter(1, Domain.Real)] public partial Tensor X { get; } [Hyperparameter(1, Domain.Real)] public partial Tensor X { get; }")]
    [InlineData("[Hyperparameter(1, Domain.Real)] public partial Tensor X { get; } [Hyperparameter(1, Domain.Real)] public partial Tensor X => null;")]
    [InlineData("[Hyperparameter(1, Domain.Real)] public event Action E; [field: State] public event Action F;")]
    [InlineData("[Hyperparameter(1, Domain.Real)] class Nested { } [State] enum E { [Hyperparameter(1, Domain.Real)] A }")]
    [InlineData("[Hyperparameter(1, Domain.Real)] public partial Tensor { get; } [State] partial { get; set; } [State] public partial Tensor")]
    [InlineData("Tensor M([Hyperparameter(1, Domain.Real)] Tensor x) => x; [return: UpdateRule] Tensor N() => null;")]
    [InlineData("[Hyperparameter(1, Domain.Real, Size = nameof(X))] public partial Tensor X { get; }")]
    public void Annotations_where_none_belong_take_nothing_away(string member)
    {
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(
            "public partial class Valid { [Hyperparameter(0.1, Domain.Positive)] private Tensor rate; public Tensor Rate => rate; }", $"partial class Sample {{ {member} }}"));
        Assert.Contains("Valid.g.cs", run.Sources.Keys);
        GeneratorHarness.Diagnose(run.Output);
    }

    [Fact]
    public void A_failure_of_the_generator_is_an_error_of_that_class_only()
    {
        string failure = FailureEmitter.Describe(new InvalidOperationException("first\nsecond"));
        var plan = new TypePlan(TypeModel.Failed("Samples.Rule", failure), null, null, null);
        string source = FailureEmitter.Emit(plan.Type.HintName, plan.Type.Failure!);
        Diagnostic error = Assert.Single(GeneratorHarness.Parse(source).GetDiagnostics());
        Assert.Contains("failed at 'Samples.Rule' (InvalidOperationException: first second)", error.GetMessage());
    }
}
