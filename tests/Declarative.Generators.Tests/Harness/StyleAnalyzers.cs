using System.Collections.Immutable;
using System.Reflection;
using Declarative.Generators.Suppressors;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Tests;

/// <summary>The analyzers of style and quality that the SDK runs on a consumer's project.</summary>
internal static class StyleAnalyzers
{
    private static readonly Lazy<ImmutableArray<DiagnosticAnalyzer>> all = new(() => [.. Directory
        .GetFiles(Path.Combine(AppContext.BaseDirectory, "StyleAnalyzers"), "*.dll")
        .SelectMany(file => Assembly.LoadFrom(file).GetTypes())
        .Where(type => !type.IsAbstract && type.GetCustomAttribute<DiagnosticAnalyzerAttribute>()?.Languages.Contains(LanguageNames.CSharp) == true)
        .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)]);

    /// <summary>The complaints of some ids, of the compiler or of these analyzers, about a source and what is generated for it: the id,
    /// the line, and whether the complaint is suppressed.</summary>
    public static async Task<string[]> ComplaintsAsync(string source, params string[] ids)
    {
        Compilation compilation = GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(source)).Output;
        compilation = compilation.WithOptions(compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default)
            .WithSpecificDiagnosticOptions(ids.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Warn))));
        ImmutableArray<DiagnosticAnalyzer> analyzers =
            [new GeneratedFieldSuppressor(), new UpdateRuleSuppressor(), .. all.Value.Where(analyzer => analyzer.SupportedDiagnostics.Any(descriptor => ids.Contains(descriptor.Id)))];
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: (exception, _, _) => throw exception,
            concurrentAnalysis: false, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true);
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers(analyzers, options).GetAllDiagnosticsAsync();
        return [.. found.Where(diagnostic => ids.Contains(diagnostic.Id)).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ThenBy(diagnostic => diagnostic.Id)
            .Select(diagnostic => $"{diagnostic.Id} {Marked(diagnostic)}{(diagnostic.IsSuppressed ? " suppressed" : "")}")];
    }

    private static string Marked(Diagnostic diagnostic) => diagnostic.Location.SourceTree?.GetText().ToString(diagnostic.Location.SourceSpan) ?? "";
}
