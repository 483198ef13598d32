using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>A project in which fixes are applied as an editor would: the generator runs in it, and the analyzers report.</summary>
internal sealed class FixWorkspace : IDisposable
{
    private readonly AdhocWorkspace workspace = new();
    private readonly DocumentId[] documents;
    private Solution solution;

    /// <param name="withGlobalUsings">Whether the usual namespaces are imported everywhere.</param>
    /// <param name="marked">The sources; <c>{|ID:expression|}</c> shows the reader where a diagnostic is expected.</param>
    public FixWorkspace(bool withGlobalUsings, params string[] marked)
    {
        string[] sources = [.. marked.Select(source => MarkedSource.Parse(source).Text)];
        CSharpCompilation compilation = GeneratorHarness.Compile(sources);
        var id = ProjectId.CreateNewId();
        solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(id, VersionStamp.Default, "Consumer", compilation.AssemblyName!, LanguageNames.CSharp,
                compilationOptions: compilation.Options, parseOptions: compilation.SyntaxTrees[0].Options, metadataReferences: compilation.References,
                analyzerReferences: [new GeneratorReference()]));
        // The first source holds the global using directives.
        documents = [.. compilation.SyntaxTrees.Select((tree, index) =>
        {
            var document = DocumentId.CreateNewId(id);
            solution = solution.AddDocument(document, $"Source{index}.cs", index > 0 || withGlobalUsings ? tree.ToString() : "");
            return document;
        }).ToArray().Skip(1)];
    }

    /// <summary>The texts as they are now.</summary>
    public string[] Texts => [.. documents.Select(document => Text(solution.GetDocument(document)!).ToString())];

    /// <summary>What the compiler and the analyzers say, errors and warnings.</summary>
    public async Task<Diagnostic[]> DiagnoseAsync()
    {
        Compilation compilation = await solution.Projects.Single().GetCompilationAsync() ?? throw new InvalidOperationException();
        return [.. GeneratorHarness.Diagnose(compilation).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
    }

    /// <summary>The titles of the fixes that are offered for what is said now.</summary>
    public async Task<string[]> OffersAsync(CodeFixProvider provider)
    {
        var titles = new List<string>();
        foreach (Diagnostic diagnostic in await FixableAsync(provider))
            titles.AddRange((await ActionsAsync(provider, diagnostic)).Select(action => action.Title));
        return [.. titles];
    }

    /// <summary>Applies the fix to one place after the other, the last one first, until it is offered nowhere.</summary>
    public async Task FixOneByOneAsync(CodeFixProvider provider)
    {
        for (int i = 0; i < 20; i++)
        {
            CodeAction? action = null;
            foreach (Diagnostic diagnostic in (await FixableAsync(provider)).Reverse())
                action ??= (await ActionsAsync(provider, diagnostic)).FirstOrDefault();
            if (action is null)
                return;
            await ApplyAsync(action);
        }
        Assert.Fail("The fix does not fix: " + string.Join('\n', Texts));
    }

    /// <summary>Fixes all occurrences at once.</summary>
    public async Task FixAllAsync(CodeFixProvider provider, FixAllScope scope)
    {
        Diagnostic first = (await FixableAsync(provider))[0];
        CodeAction action = (await ActionsAsync(provider, first)).First();
        var context = new FixAllContext(solution.GetDocument(first.Location.SourceTree)!, provider, scope, action.EquivalenceKey!,
            provider.FixableDiagnosticIds, new Reported(await FixableAsync(provider)), CancellationToken.None);
        await ApplyAsync(await provider.GetFixAllProvider()!.GetFixAsync(context) ?? throw new InvalidOperationException("There is no fix for all."));
    }

    public void Dispose() => workspace.Dispose();

    private static SourceText Text(Document document) => document.TryGetText(out SourceText? text) ? text : document.GetTextAsync().GetAwaiter().GetResult();

    private async Task<Diagnostic[]> FixableAsync(CodeFixProvider provider) =>
        [.. (await DiagnoseAsync()).Where(diagnostic => provider.FixableDiagnosticIds.Contains(diagnostic.Id)).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];

    private async Task<List<CodeAction>> ActionsAsync(CodeFixProvider provider, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        Document document = solution.GetDocument(diagnostic.Location.SourceTree)!;
        await provider.RegisterCodeFixesAsync(new(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }

    private async Task ApplyAsync(CodeAction action)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(CancellationToken.None);
        solution = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
    }

    private sealed class Reported(Diagnostic[] diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            SyntaxTree? tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return diagnostics.Where(diagnostic => diagnostic.Location.SourceTree == tree);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }

    private sealed class GeneratorReference : AnalyzerReference
    {
        // A workspace asks again, and knows a generator by its identity.
        private readonly ImmutableArray<ISourceGenerator> generators = [new DeclarativeGenerator().AsSourceGenerator()];

        public override string? FullPath => null;

        public override object Id => nameof(GeneratorReference);

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

        public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => generators;
    }
}
