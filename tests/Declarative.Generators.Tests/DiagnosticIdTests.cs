using Declarative.Generators.Analyzers;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Tests;

/// <summary>Every diagnostic is known by the release notes and by a test.</summary>
public sealed class DiagnosticIdTests
{
    private static readonly string generators = Path.Combine(Samples.Repository(), "generators", "Declarative.Generators");

    private static string Row(DiagnosticDescriptor descriptor) => $"{descriptor.Id} | {descriptor.Category} | {descriptor.DefaultSeverity} | {descriptor.Title}";

    [Fact]
    public void The_release_notes_list_what_there_is()
    {
        IEnumerable<string> listed = new[] { "AnalyzerReleases.Shipped.md", "AnalyzerReleases.Unshipped.md" }
            .SelectMany(file => File.ReadLines(Path.Combine(generators, file))).Where(line => line.StartsWith("DECL", StringComparison.Ordinal));
        Assert.Equal(Diagnostics.All.Select(Row), listed.Order());
    }

    [Fact]
    public void Ids_follow_each_other() =>
        Assert.Equal(Enumerable.Range(1, Diagnostics.All.Length).Select(number => $"DECL{number:0000}"), Diagnostics.All.Select(descriptor => descriptor.Id));

    [Fact]
    public void Each_has_a_test()
    {
        string tests = string.Concat(Directory.GetFiles(Path.Combine(generators, "..", "..", "tests", "Declarative.Generators.Tests"), "*DiagnosticTests.cs").Select(File.ReadAllText));
        Assert.All(Diagnostics.All, descriptor => Assert.Contains($"{{|{descriptor.Id}:", tests));
    }
}
