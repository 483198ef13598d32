using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Declarative.Generators.Tests.CodeFixes;

/// <summary>Asserts what a fix makes of a source.</summary>
internal static class FixAssert
{
    /// <summary>Asserts that a fix gives a text, one occurrence after the other or all at once, in a document or in a project; and that
    /// the text compiles with what is generated for it, without a diagnostic.</summary>
    public static Task FixesAsync<TFix>(string before, string after, bool withGlobalUsings = true) where TFix : CodeFixProvider, new() =>
        FixesAsync<TFix>([before], [after], withGlobalUsings);

    /// <summary>The same of several documents.</summary>
    public static async Task FixesAsync<TFix>(string[] before, string[] after, bool withGlobalUsings = true) where TFix : CodeFixProvider, new()
    {
        using (var workspace = new FixWorkspace(withGlobalUsings, before))
        {
            Assert.NotEmpty(await workspace.DiagnoseAsync());
            await workspace.FixOneByOneAsync(new TFix());
            AssertEqual(after, workspace);
            Assert.Empty(await workspace.DiagnoseAsync());
        }
        using (var workspace = new FixWorkspace(withGlobalUsings, before))
        {
            await workspace.FixAllAsync(new TFix(), FixAllScope.Project);
            AssertEqual(after, workspace);
        }
        if (before.Length > 1)
            return;
        using (var workspace = new FixWorkspace(withGlobalUsings, before))
        {
            await workspace.FixAllAsync(new TFix(), FixAllScope.Document);
            AssertEqual(after, workspace);
        }
    }

    private static void AssertEqual(string[] after, FixWorkspace workspace) =>
        Assert.Equal(string.Join("\n====\n", after), string.Join("\n====\n", workspace.Texts));

    /// <summary>Asserts that there is a diagnostic, and that the fix is not offered for it.</summary>
    public static async Task OffersNothingAsync<TFix>(string source, string id) where TFix : CodeFixProvider, new()
    {
        using var workspace = new FixWorkspace(withGlobalUsings: true, source);
        Assert.Contains(await workspace.DiagnoseAsync(), diagnostic => diagnostic.Id == id);
        Assert.Empty(await workspace.OffersAsync(new TFix()));
    }
}
