using System.Collections.Immutable;
using System.Reflection;
using Basic.Reference.Assemblies;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Suppressors;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generators.Tests;

/// <summary>Compiles sources as a consumer's project would, and runs the generator on them.</summary>
internal static class GeneratorHarness
{
    // In a file of its own, so that positions in the test's source are what they seem.
    private const string GlobalUsings = """
        global using System;
        global using Declarative;
        global using TorchSharp;
        global using TorchSharp.Modules;
        global using static TorchSharp.torch;
        global using static TorchSharp.torch.nn;
        global using static TorchSharp.torch.nn.functional;
        """;

    private static readonly CSharpParseOptions language = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> references =
        [.. Net100.References.All, ReferenceTo(typeof(TorchSharp.torch).Assembly), ReferenceTo(typeof(HyperparameterAttribute).Assembly)];

    // TorchSharp was compiled against an older framework; the SDK silences this as well.
    private static readonly KeyValuePair<string, ReportDiagnostic>[] knownToEveryBuild = [new("CS1701", ReportDiagnostic.Suppress)];

    /// <summary>A consumer's compilation: nullable enabled, every warning an error.</summary>
    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        $"Consumer{Guid.NewGuid():N}",
        [.. sources.Prepend(GlobalUsings).Select(source => Parse(source))],
        references,
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error,
            specificDiagnosticOptions: knownToEveryBuild));

    /// <summary>A consumer's compilation in an older language version, which may have no global usings.</summary>
    public static CSharpCompilation Compile(LanguageVersion version, params string[] sources) => Compile().RemoveAllSyntaxTrees()
        .AddSyntaxTrees(sources.Select(source => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(version))));

    /// <summary>A consumer's compilation that references others.</summary>
    public static CSharpCompilation Compile(IEnumerable<MetadataReference> others, params string[] sources) => Compile(sources).AddReferences(others);

    /// <summary>A reference to what was compiled: as a file, which has no private members, or as an editor refers to a project.</summary>
    public static MetadataReference ReferenceTo(Compilation library, bool asCompilation)
    {
        if (asCompilation)
            return library.ToMetadataReference();
        using var image = new MemoryStream();
        Assert.True(library.WithOptions(library.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default)).Emit(image).Success);
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    public static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, language);

    /// <summary>Parses in the language version of a compilation.</summary>
    public static SyntaxTree ParseLike(CSharpCompilation compilation, string source) =>
        CSharpSyntaxTree.ParseText(source, (CSharpParseOptions)compilation.SyntaxTrees[0].Options);

    /// <summary>Runs the generator on valid sources, and asserts what must hold of every run: the whole compiles without a warning,
    /// nothing is computed again without need, and the models hold no compilation.</summary>
    public static GeneratorRun Run(params string[] sources) => Run(Compile(sources));

    /// <summary>Runs the generator on a valid compilation, and asserts the same.</summary>
    public static GeneratorRun Run(CSharpCompilation compilation)
    {
        GeneratorRun run = RunOnAnything(compilation);
        string[] complaints = [.. Diagnose(run.Output).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString())];
        if (complaints.Length > 0)
            Assert.Fail(string.Join('\n', complaints.Take(20).Concat(run.Sources.Take(3).Select(source => $"\n==== {source.Key}\n{source.Value}"))));
        Caching.AssertNothingRepeats(run);
        foreach (object value in run.Values())
            ObjectGraph.AssertHoldsNoCompilation(value);
        return run;
    }

    /// <summary>Runs the generator on sources that may be invalid, and asserts that it neither throws nor reports.</summary>
    public static GeneratorRun RunOnAnything(CSharpCompilation compilation)
    {
        var options = new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new DeclarativeGenerator().AsSourceGenerator()], 
            parseOptions: (CSharpParseOptions?)compilation.SyntaxTrees.FirstOrDefault()?.Options ?? language, driverOptions: options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out ImmutableArray<Diagnostic> diagnostics);
        Assert.Null(driver.GetRunResult().Results.Single().Exception);
        Assert.Empty(diagnostics);
        return new(driver, compilation, output);
    }

    /// <summary>What the compiler and this library's analyzers say, less what is suppressed.</summary>
    public static ImmutableArray<Diagnostic> Diagnose(Compilation compilation, bool withSuppressed = false)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]),
            onAnalyzerException: (exception, _, _) => throw exception, concurrentAnalysis: false, logAnalyzerExecutionTime: false, withSuppressed);
        return compilation.WithAnalyzers([new DeclarationAnalyzer(), new IgnoredAttributeAnalyzer(), new RegisterComponentsAnalyzer(), new TracedHyperparameterAnalyzer(),
            new GeneratedFieldSuppressor()], options)
            .GetAllDiagnosticsAsync().GetAwaiter().GetResult();
    }

    private static PortableExecutableReference ReferenceTo(Assembly assembly) => MetadataReference.CreateFromFile(assembly.Location);
}
