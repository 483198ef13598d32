using System.Text.RegularExpressions;
using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>Every diagnostic has a page, and the examples there are what they say: the first gets the diagnostic, the others are clean.</summary>
public sealed partial class DiagnosticPageTests
{
    private static readonly string folder = Path.Combine(Samples.Repository(), "generators", "docs");

    public static TheoryData<string> Ids => [.. Diagnostics.All.Select(descriptor => descriptor.Id)];

    [Fact]
    public void The_index_lists_what_there_is()
    {
        IEnumerable<string> rows = File.ReadLines(Path.Combine(folder, "README.md")).Where(line => line.StartsWith("| [", StringComparison.Ordinal));
        Assert.Equal(Diagnostics.All.Select(item => $"| [{item.Id}]({item.Id}.md) | {Severity(item)} | {item.Title} |"), rows);
    }

    [Fact]
    public void There_is_a_page_for_each_and_no_other() =>
        Assert.Equal(Diagnostics.All.Select(item => item.Id + ".md"), Directory.GetFiles(folder, "DECL*.md").Select(Path.GetFileName).Order());

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_has_its_diagnostic_s_name(string id)
    {
        DiagnosticDescriptor descriptor = Diagnostics.All.Single(item => item.Id == id);
        Assert.Equal($"generators/docs/{id}.md", descriptor.HelpLinkUri);
        Assert.StartsWith($"# {id}: {descriptor.Title}\n\nSeverity: {Severity(descriptor)}\n\n", Page(id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_first_example_gets_the_diagnostic(string id) => Assert.Equal([id], Complaints(Examples(id)[0]).Distinct());

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_other_examples_are_clean(string id)
    {
        string[] fixedOnes = Examples(id)[1..];
        Assert.NotEmpty(fixedOnes);
        Assert.All(fixedOnes, example => Assert.Empty(Complaints(example)));
    }

    private static string Severity(DiagnosticDescriptor descriptor) => descriptor.DefaultSeverity == DiagnosticSeverity.Info ? "information" : descriptor.DefaultSeverity.ToString().ToLowerInvariant();

    private static string Page(string id) => File.ReadAllText(Path.Combine(folder, id + ".md"));

    private static string[] Examples(string id) => [.. Fence().Matches(Page(id)).Select(match => match.Groups[1].Value)];

    // Of the compiler, errors and warnings; of this library, everything. A class that is not generated leaves its fields unset.
    private static IEnumerable<string> Complaints(string example)
    {
        Diagnostic[] found = [.. GeneratorHarness.Diagnose(GeneratorHarness.RunOnAnything(GeneratorHarness.Compile(example)).Output)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning || diagnostic.Id.StartsWith("DECL", StringComparison.Ordinal))];
        bool isGenerated = found.All(diagnostic => !diagnostic.Id.StartsWith("DECL", StringComparison.Ordinal) || diagnostic.DefaultSeverity != DiagnosticSeverity.Error);
        return found.Select(diagnostic => diagnostic.Id).Where(id => isGenerated || id is not ("CS0649" or "CS0169" or "CS8618"));
    }

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
