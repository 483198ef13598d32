using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generators.Tests;

/// <summary>Asserts what is said about a class, and that the generator stays quiet about it.</summary>
internal static class DiagnosticAssert
{
    private const string Valid = """
        public sealed partial class Valid
        {
            [Hyperparameter(0.1, Domain.Positive)] private double rate;
            [UpdateRule] private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient;
        }
        """;

    private static readonly Lazy<string> validOutput = new(() => GeneratorHarness.Run(Valid).Source);

    /// <summary>Asserts that the marked expressions, and nothing else, get the diagnostics of these messages, in this order; that
    /// <c>#pragma</c> silences each; that nothing is generated for the class if one of them is an error, and all for another one in the
    /// same project.</summary>
    public static void Reports(string marked, params string[] messages)
    {
        GeneratorRun run = AssertSaid(Compilation(marked), marked, null, messages);
        if (MarkedSource.Parse(marked).Expected.Any(item => Default(item.Id) == DiagnosticSeverity.Error))
            Assert.Equal(["Valid.g.cs"], run.Sources.Keys);
        else
            Assert.True(run.Sources.Count > 1, "A warning stopped the generator.");
        Assert.Equal(validOutput.Value, run.Sources["Valid.g.cs"]);
    }

    /// <summary>Asserts the same, where other classes of the source are generated.</summary>
    public static void Reports(string marked, string[] expectedSources, params string[] messages)
    {
        GeneratorRun run = Reports(Compilation(marked), marked, expectedSources, messages);
        Assert.Equal(validOutput.Value, run.Sources["Valid.g.cs"]);
    }

    /// <summary>Asserts the same of a compilation whose last source is the marked one.</summary>
    public static GeneratorRun Reports(CSharpCompilation compilation, string marked, string[] expectedSources, params string[] messages)
    {
        GeneratorRun run = AssertSaid(compilation, marked, DiagnosticSeverity.Error, messages);
        Assert.Equal(expectedSources, run.Sources.Keys.Order());
        return run;
    }

    /// <summary>Asserts that the marked expressions, and nothing else, get the diagnostics of these messages, in this order, and that
    /// <c>#pragma</c> silences each.</summary>
    /// <param name="compilation">Its last source is the marked one.</param>
    /// <param name="marked">The marked source.</param>
    /// <param name="severity">That of all of them; null for those of their ids.</param>
    /// <param name="messages">What they say.</param>
    public static GeneratorRun AssertSaid(CSharpCompilation compilation, string marked, DiagnosticSeverity? severity, params string[] messages)
    {
        MarkedSource source = MarkedSource.Parse(marked);
        if (severity != DiagnosticSeverity.Error)
            compilation = compilation.WithOptions(compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default));
        GeneratorRun run = GeneratorHarness.RunOnAnything(compilation);
        IReadOnlyList<Diagnostic> found = MarkedSource.OwnDiagnostics(run.Output);
        Assert.Equal(Lines(source.Expected.Select(item => $"{item.Id} {item.Span}")), Lines(found.Select(item => $"{item.Id} {item.Location.GetLineSpan().Span}")));
        Assert.Equal(Lines(messages), Lines(found.Select(item => item.GetMessage())));
        Assert.Equal(source.Expected.Select(item => severity ?? Default(item.Id)), found.Select(item => item.Severity));

        string ids = string.Join(", ", source.Expected.Select(item => item.Id).Distinct());
        SyntaxTree marking = compilation.SyntaxTrees[^1];
        CSharpCompilation silenced = compilation.ReplaceSyntaxTree(marking, GeneratorHarness.Parse($"#pragma warning disable {ids}\n{marking}"));
        Assert.Empty(MarkedSource.OwnDiagnostics(GeneratorHarness.RunOnAnything(silenced).Output));
        return run;
    }

    private static CSharpCompilation Compilation(string marked) => GeneratorHarness.Compile(Valid, MarkedSource.Parse(marked).Text);

    private static DiagnosticSeverity Default(string id) => Diagnostics.All.Single(descriptor => descriptor.Id == id).DefaultSeverity;

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);
}
