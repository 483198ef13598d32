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
        MarkedSource source = MarkedSource.Parse(marked);
        GeneratorRun run = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(Valid, source.Text));
        IReadOnlyList<Diagnostic> found = MarkedSource.OwnDiagnostics(run.Output);
        Assert.Equal(Lines(source.Expected.Select(item => $"{item.Id} {item.Span}")), Lines(found.Select(item => $"{item.Id} {item.Location.GetLineSpan().Span}")));
        Assert.Equal(Lines(messages), Lines(found.Select(item => item.GetMessage())));
        Assert.Equal(source.Expected.Select(item => Diagnostics.All.Single(descriptor => descriptor.Id == item.Id).DefaultSeverity), found.Select(item => item.DefaultSeverity));

        if (found.Any(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error))
            Assert.Equal(["Valid.g.cs"], run.Sources.Keys);
        else
            Assert.True(run.Sources.Count > 1, "A warning stopped the generator.");
        Assert.Equal(validOutput.Value, run.Sources["Valid.g.cs"]);

        string ids = string.Join(", ", source.Expected.Select(item => item.Id).Distinct());
        CSharpCompilation silenced = GeneratorHarness.Compile($"#pragma warning disable {ids}\n{source.Text}");
        Assert.Empty(MarkedSource.OwnDiagnostics(GeneratorHarness.RunOnAnything(silenced).Output));
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);
}
