using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generators.Tests;

/// <summary>A class is read again only if an edit can have changed what it means. What is kept must always be what a generator that
/// knows nothing yet would read.</summary>
public sealed class DependencyTests
{
    /// <summary>A class that reaches much of its project, by a name of every kind.</summary>
    private const string Rule = """
        using Mean = Library.Constants;
        using static Library.Tools;

        namespace Work
        {
            using Short = Library.Chain;

            public sealed partial class Rule : Parent
            {
                [Hyperparameter(Library.Constants.Start, Domain.Positive)] private double rate;
                private const double Own = 2 * Short.Length;
                private double Setting => 1;

                [UpdateRule]
                private Tensor Update(Tensor parameter, Tensor gradient)
                {
                    var scaled = gradient * Mean.Factor * Own * Inherited * Imported * Shared.Everywhere * Partial;
                    if (Mean.Choice == Library.Choice.Second)
                        scaled = scaled * 5;
                    return parameter - rate * inherited * Twice(3.0) * (Math.Sqrt(4.0) + Setting) * scaled.neg();
                }
            }
        }
        """;

    private const string Project = """
        global using Shared = Library.Common;

        namespace Work
        {
            public abstract class Parent : Library.Grandparent { }

            public sealed partial class Rule { private const double Partial = 8; }
        }

        namespace Library
        {
            public abstract partial class Grandparent { protected const double Inherited = 3; [Hyperparameter(0.5, Domain.Positive)] protected double inherited; }

            public static class Constants { public const double Start = 0.1, Factor = 7; public const Choice Choice = Library.Choice.First; }

            public enum Choice { First, Second }

            public static class Chain { public const double Length = Link.Length; }

            public static class Link { public const double Length = 6; }

            public static class Tools { public const double Imported = 9; public static double Twice(double x) => 2 * x; }

            public static class Common { public const double Everywhere = 4; }
        }

        namespace Unrelated
        {
            public static class Constants { public static double Factor = 1; }
        }
        """;

    public static TheoryData<string, string> Edits => new()
    {
        // Constants, near and far.
        { "Start = 0.1", "Start = 0.2" },
        { "Factor = 7", "Factor = 70" },
        { "Inherited = 3", "Inherited = 30" },
        { "Length = 6", "Length = 60" },
        { "Imported = 9", "Imported = 90" },
        { "Everywhere = 4", "Everywhere = 40" },
        { "Partial = 8", "Partial = 80" },
        { "Choice.First;", "Choice.Second;" },
        { "First, Second", "Second, First" },
        // What is inlined, and what is inherited.
        { "2 * x", "4 * x" },
        { "2 * x", "2 * x.Half()" },
        { "protected double inherited", "private double inherited" },
        { "[Hyperparameter(0.5, Domain.Positive)] protected", "protected" },
        { "[Hyperparameter(0.5", "[Hyperparameter(-0.5" },
        { "public abstract partial class Grandparent", "public abstract class Grandparent" },
        // What was a constant is a setting, or nothing, or something else.
        { "const double Inherited", "double Inherited" },
        { "const double Imported", "static double Imported" },
        { "protected const", "private const" },
        { "double Length = 6", "int Length = 6" },
        { "public static class Tools", "internal static class Tool" },
        { "public abstract class Parent : Library.Grandparent { }", "public abstract class Parent : Library.Grandparent { protected new const double Inherited = 11; }" },
        // Something new stands in front of what was meant.
        { "namespace Unrelated", "namespace Work { public static class Math { public static double Sqrt(double x) => x; } } namespace Unrelated" },
        { "namespace Unrelated", "namespace Work.Math { } namespace Unrelated" },
        { "namespace Unrelated", "namespace Work { public class Tensor; } namespace Unrelated" },
        { "namespace Unrelated", "namespace Work { public class UpdateRuleAttribute : Attribute; } namespace Unrelated" },
        { "namespace Unrelated", "namespace Work { public class Hyperparameter(double start, Declarative.Domain domain) : Attribute { } } namespace Unrelated" },
        { "namespace Unrelated", "namespace Work { public static class Mean { public const double Factor = 12; public const Library.Choice Choice = default; } } namespace Unrelated" },
        { "namespace Unrelated", "namespace Work { public static class Library { } } namespace Unrelated" },
        { "namespace Unrelated", "namespace System { public static class Math { public static double Sqrt(double x) => x; } } namespace Unrelated" },
        // Extensions are found by their own names.
        { "namespace Unrelated", "namespace Work { public static class Extensions { public static Tensor neg(this Tensor x, int y = 0) => x; } } namespace Unrelated" },
        { "namespace Unrelated", "namespace Work { public static class Extensions { public static Tensor Scale(this Tensor x, double factor) => x; } } namespace Unrelated" },
        { "namespace Unrelated", "namespace Work { using T = TorchSharp.torch.Tensor; public static class Extensions { public static T ScaleInPlace(this T x, double factor) => x; } } namespace Unrelated" },
        // Usings of the whole project.
        { "global using Shared", "global using Math = Library.Common;\nglobal using Shared" },
        { "Shared = Library.Common", "Shared = Library.Tools" },
        // The generated file's name.
        { "namespace Unrelated", "namespace Work { public class RULE; } namespace Unrelated" },
        { "namespace Unrelated", "namespace WORK { } namespace Unrelated" },
        // Half-typed code.
        { "namespace Library\n{", "namespace Library" },
        { "public sealed partial class Rule {", "public sealed class Rule {" },
    };

    [Theory, MemberData(nameof(Edits))]
    public void What_is_kept_after_an_edit_is_what_would_be_read_anew(string from, string to)
    {
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(Rule, Project));
        Assert.Equal(2, run.Sources.Count);
        GeneratorRun edited = run.AfterEdit(source => source.Replace(from, to));
        Assert.Equal(GeneratorHarness.RunOnAnything(edited.Input).Sources, edited.Sources);
        Assert.Equal(run.Sources, edited.Again(run.Input).Sources);
    }

    /// <summary>Edits of <see cref="Edits"/> that must show, lest the test above compare what does not change.</summary>
    [Theory]
    [InlineData("Start = 0.1", "Start = 0.2")]
    [InlineData("Factor = 7", "Factor = 70")]
    [InlineData("Inherited = 3", "Inherited = 30")]
    [InlineData("Length = 6", "Length = 60")]
    [InlineData("Imported = 9", "Imported = 90")]
    [InlineData("Everywhere = 4", "Everywhere = 40")]
    [InlineData("Partial = 8", "Partial = 80")]
    [InlineData("Choice.First;", "Choice.Second;")]
    [InlineData("2 * x", "4 * x")]
    [InlineData("protected double inherited", "private double inherited")]
    [InlineData("const double Imported", "static double Imported")]
    [InlineData("namespace Unrelated", "namespace Work { public static class Extensions { public static Tensor Scale(this Tensor x, double factor) => x; } } namespace Unrelated")]
    [InlineData("namespace Unrelated", "namespace Work { public class Tensor; } namespace Unrelated")]
    [InlineData("namespace Unrelated", "namespace Work { public class RULE; } namespace Unrelated")]
    public void An_edit_of_what_a_class_depends_on_shows(string from, string to)
    {
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(Rule, Project));
        Assert.NotEqual(run.Sources, run.AfterEdit(source => source.Replace(from, to)).Sources);
    }

    [Fact]
    public void A_class_of_the_same_simple_name_is_read_again_with_it_and_other_members_are_not()
    {
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(Rule, Project));
        GeneratorRun edited = run.AfterEdit(source => source.Replace("static double Factor = 1", "static double Factor = 2"));
        Caching.AssertReadTheSame(run, edited);
        Caching.AssertCached(edited, edited.AfterEdit(source => source + "public class Last { private const double Own = 1; }"));
    }

    [Fact]
    public void Other_references_and_options_are_not_what_was_read()
    {
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(Rule, Project));
        CSharpCompilation without = run.Input.WithReferences(run.Input.References.Where(reference => reference.Display?.Contains("TorchSharp", StringComparison.Ordinal) != true));
        Assert.Equal(GeneratorHarness.RunOnAnything(without).Sources, run.Again(without).Sources);
        Assert.NotEqual(run.Sources, run.Again(without).Sources);
        Assert.Equal(run.Sources, run.Again(without).Again(run.Input).Sources);
        Assert.Equal(run.Sources, run.Again(run.Input.WithOptions(run.Input.Options.WithOverflowChecks(true))).Sources);
    }
}
