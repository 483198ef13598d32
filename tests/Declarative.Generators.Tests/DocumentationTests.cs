using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generators.Tests;

/// <summary>What the documentation shows compiles, without a warning, and what it links to exists. The pages of diagnostics, whose examples are
/// wrong on purpose, have tests of their own.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string root = Samples.Repository();

    /// <summary>The pages, by their paths in the repository.</summary>
    public static TheoryData<string> Pages => [.. AllPages()];

    /// <summary>Each code block, by its page and the line that it begins in.</summary>
    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            foreach (string page in AllPages())
                foreach (Match match in Block().Matches(Read(page)))
                    blocks.Add(page, LineOf(page, match));
            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_code_block_compiles_without_a_warning(string page, int line)
    {
        Match match = Block().Matches(Read(page)).Single(match => LineOf(page, match) == line);
        string? surroundings = match.Groups[1].Success ? match.Groups[1].Value : null;
        // What is shown alone is used by nobody.
        CSharpCompilation compilation = GeneratorHarness.Compile([MetadataReference.CreateFromFile(typeof(Reporting.ConsoleProgress).Assembly.Location)], DocumentationParts.Complete(surroundings, match.Groups[2].Value));
        compilation = compilation.RemoveSyntaxTrees(compilation.SyntaxTrees[0]);
        bool isProgram = compilation.SyntaxTrees.Any(tree => tree.GetRoot().DescendantNodes().OfType<GlobalStatementSyntax>().Any());
        compilation = compilation.WithOptions(compilation.Options.WithOutputKind(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary)
            .WithSpecificDiagnosticOptions(compilation.Options.SpecificDiagnosticOptions.SetItem("CS0219", ReportDiagnostic.Suppress)));

        Diagnostic[] complaints = [.. GeneratorHarness.Diagnose(GeneratorHarness.RunOnAnything(compilation).Output)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
        Assert.True(complaints.Length == 0, $"{page}, the block at line {line}:\n{string.Join('\n', complaints.Take(10))}");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_link_leads_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(root, page))!;
        IEnumerable<string> targets = Link().Matches(Fence().Replace(Read(page), "")).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal));
        Assert.All(targets, target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"{page} links to {target}"));
    }

    [Fact]
    public void Every_reason_of_a_decision_is_explained()
    {
        string page = Read(Path.Combine("src", "Declarative", "docs", "reading-a-report.md"));
        string[] reasons = [.. new[] { "Training", "Koopman" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(root, "src", "Declarative", folder), "*.cs"))
            .SelectMany(file => Reason().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))];
        Assert.Contains("last round", reasons);
        Assert.All(reasons, reason => Assert.Contains(reason, page));
    }

    private static IEnumerable<string> AllPages() => new[] { "README.md", Path.Combine("samples", "README.md"), Path.Combine("samples", "Study", "README.md") }
        .Concat(new[] { Path.Combine("src", "Declarative", "docs"), Path.Combine("tests", "Declarative.Benchmarks", "results") }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*.md"))
            .Select(file => Path.GetRelativePath(root, file)).Order(StringComparer.Ordinal));

    private static string Read(string page) => File.ReadAllText(Path.Combine(root, page));

    private static int LineOf(string page, Match match) => Read(page).AsSpan(0, match.Groups[2].Index).Count('\n') + 1;

    [GeneratedRegex("^(?:<!-- (compiled [^\n]*?) -->\n)?```csharp\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    // As literals; those that numbers are put into are not found by it.
    [GeneratedRegex(@"(?:HypergradientSource\.\w+, [01], (?:\w+ \? )?|const string Reason = |Failure = [^""\n]*)""([^""]+)""")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\]\(([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
