using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Writes what a check found as aligned plain text.</summary>
internal static class HypergradientTable
{
    private static readonly (string Title, Func<HypergradientCheckRow, string> Cell)[] columns =
    [
        ("hyperparameter", row => row.Name),
        ("difference", row => Value(row.FiniteDifference)),
        ("±", row => Small(row.FiniteDifferenceError)),
        ("forward", row => Value(row.Forward)),
        ("graphs", row => Value(row.Graphs)),
        ("states", row => Value(row.States)),
        ("checkpoints", row => Value(row.Checkpoints)),
        ("deviation", row => Small(row.Deviation)),
        ("float32", row => Small(row.Float32Deviation)),
        ("verdict", row => Words(row.Verdict)),
    ];

    /// <summary>The whole text; its lines end in a line feed.</summary>
    public static string Of(HypergradientCheckResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Hypergradients after {result.Steps} steps in {result.Type.ToString().ToLowerInvariant()}: ")
            .Append(CultureInfo.InvariantCulture, $"q = {result.Coordinates}, p = {result.Parameters}, tolerance {result.Tolerance:0.#e-0}. ")
            .Append(result.Passed ? "Passed.\n\n" : "FAILED.\n\n");
        // A mode that was not run, or a type that was not tried, has no column.
        var shown = columns.Where((column, i) => i == 0 || result.Rows.Any(row => column.Cell(row).Length > 0)).ToArray();
        string[][] cells = [[.. shown.Select(column => column.Title)], .. result.Rows.Select(row => shown.Select(column => column.Cell(row)).ToArray())];
        int[] widths = [.. shown.Select((_, i) => cells.Max(line => line[i].Length))];
        foreach (string[] line in cells)
        {
            // Names and verdicts to the left, numbers to the right.
            for (int i = 0; i < line.Length; i++)
                text.Append(i == 0 ? line[i].PadRight(widths[i]) : i == line.Length - 1 ? "  " + line[i] : "  " + line[i].PadLeft(widths[i]));
            text.Append('\n');
        }
        foreach ((string title, IReadOnlyList<string> sentences) in new[] { ("Wrong:", result.Problems), ("Notes:", result.Notes) })
        {
            if (sentences.Count == 0)
                continue;
            text.Append('\n').Append(title).Append('\n');
            foreach (string sentence in sentences)
                text.Append("- ").Append(sentence).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A verdict as it stands in the table.</summary>
    public static string Words(HypergradientVerdict verdict) => verdict switch
    {
        HypergradientVerdict.Agrees => "agrees",
        HypergradientVerdict.Deviates => "DEVIATES",
        HypergradientVerdict.StructurallyZero => "STRUCTURALLY ZERO",
        HypergradientVerdict.NumericallyZero => "NUMERICALLY ZERO",
        HypergradientVerdict.Unvisited => "unvisited",
        _ => "undecided",
    };

    /// <summary>A hypergradient.</summary>
    public static string Value(double? value) => value is { } known ? known.ToString(known == 0 ? "0" : "0.000000e+00", CultureInfo.InvariantCulture) : "";

    private static string Small(double? value) => value is { } known ? known.ToString(known == 0 ? "0" : "0.0e+00", CultureInfo.InvariantCulture) : "";
}
