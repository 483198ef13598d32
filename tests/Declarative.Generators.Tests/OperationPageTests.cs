using System.Text;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Tests;

/// <summary>The page of supported operations is what the table says.</summary>
public sealed class OperationPageTests
{
    private static readonly string path = Path.Combine(Samples.Repository(), "generators", "docs", "operations.md");

    private static readonly (string Title, IEnumerable<OperationRow> Rows)[] families =
    [
        ("Arithmetic", ArithmeticRows.All), ("Functions", FunctionRows.All), ("Kinks, choices, conditions and steps", KinkRows.All),
        ("Reductions", ReductionRows.All), ("Shapes and matrix products", ShapeRows.All), ("Copies and constants", FillRows.All),
    ];

    [Fact]
    public void The_page_lists_what_there_is()
    {
        string expected = Page();
        string actual = File.Exists(path) ? File.ReadAllText(path) : "";
        string received = Path.ChangeExtension(path, ".received.md");
        if (actual == expected)
            File.Delete(received);
        else
            File.WriteAllText(received, expected);
        Assert.True(actual == expected, $"The table has changed. If it is right, rename {Path.GetFileName(received)} to {Path.GetFileName(path)}.");
    }

    [Fact]
    public void The_page_is_about_the_whole_table() => Assert.Equal(OperationTable.Rows.Length, families.Sum(family => family.Rows.Count()));

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append("""
            # The operations of the rule language

            What an update rule may call, and how it is differentiated: z is the value, ż its tangent, z̄ its adjoint. Operators on tensors and numbers
            (`+ - * /`, comparisons, `& | !` of conditions, `%` of numbers) mean the calls of the same name. A number that meets a tensor may be learned
            like any other. Everything that acts entry by entry runs once on flat vectors; a reduction, a change of shape or a matrix product makes the
            rule run once for each parameter tensor.

            A *kink* is pointed at by DECL0020, an operation whose derivative is *zero* by DECL0019. Whatever is not here is an error, DECL0010: write it with
            what is here, or supply its derivative with `[DerivativeOf]`. Methods in source are read like the rule itself.

            `MathF` is computed in double precision. In reverse, a condition of `where` reaches the factors that its value is made of entry by entry, but not
            through sums, changes of shape and branches: there, infinite or undefined values of what is not chosen can still make an adjoint NaN.

            This page is generated from the table that the generator reads; a test compares them.

            """.ReplaceLineEndings("\n"));
        foreach ((string title, IEnumerable<OperationRow> rows) in families)
        {
            page.Append($"\n## {title}\n\n| call | value z | class | ż | adjoints |\n|---|---|---|---|---|\n");
            foreach (IGrouping<(string, Smoothness, string, string), OperationRow> group in rows.GroupBy(row => (Value(row), row.Class, row.Forward, row.Reverse)))
                page.Append($"| {string.Join("<br>", group.Select(row => $"`{Short(row.Symbol)}`"))} | {Cell(group.Key.Item1)} | {Name(group.Key.Item2)} "
                    + $"| {Cell(group.Key.Item3)} | {Cell(group.Key.Item4)} |\n");
        }
        return page.ToString();
    }

    // A name that ends in _ says that the value is written into the first operand.
    private static string Value(OperationRow row) => row.Meaning.StartsWith("x becomes ", StringComparison.Ordinal) ? row.Meaning["x becomes ".Length..] : row.Meaning;

    private static string Name(Smoothness smoothness) => smoothness switch
    {
        Smoothness.ZeroDerivative => "zero",
        Smoothness.NoDerivative => "none",
        _ => smoothness.ToString().ToLowerInvariant(),
    };

    private static string Short(string symbol) => symbol.Replace("TorchSharp.torch.Tensor", "Tensor").Replace("TorchSharp.torch.", "torch.").Replace("torch.ScalarType", "ScalarType")
        .Replace("torch.RoundingMode", "RoundingMode").Replace("torch.Device", "Device").Replace("TorchSharp.", "").Replace("System.Collections.Generic.", "").Replace("System.", "").Replace("params ", "");

    private static string Cell(string text) => text.Replace("|", "\\|");
}
