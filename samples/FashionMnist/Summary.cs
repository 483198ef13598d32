using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Samples.FashionMnist;

/// <summary>How one method did.</summary>
internal sealed record MethodSummary
{
    public required string Name { get; init; }

    public required double InitialTestLoss { get; init; }

    public required double TestAccuracy { get; init; }

    public required double TestLoss { get; init; }

    public required double ValidationLoss { get; init; }

    public required double Seconds { get; init; }

    public required long Steps { get; init; }

    public required IReadOnlyDictionary<string, double> Hyperparameters { get; init; }
}

/// <summary>What was run and how it ended: the contents of summary.json.</summary>
internal sealed record Summary
{
    public required string Device { get; init; }

    public required string Model { get; init; }

    public required int Seed { get; init; }

    public required int Threads { get; init; }

    public required int Window { get; init; }

    public required int Stride { get; init; }

    public required long Horizon { get; init; }

    public required IReadOnlyList<MethodSummary> Methods { get; init; }

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, SummaryJson.Default.Summary) + "\n");

    /// <summary>The methods as a table for the console.</summary>
    public string ToTable()
    {
        string[][] rows =
        [
            ["method", "test loss", "accuracy", "seconds", "settings at the end"],
            .. Methods.Select(method => new[]
            {
                method.Name,
                method.TestLoss.ToString("0.0000", CultureInfo.InvariantCulture),
                (100 * method.TestAccuracy).ToString("0.00", CultureInfo.InvariantCulture) + " %",
                method.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
                string.Join("  ", method.Hyperparameters.Select(setting => $"{setting.Key} {Short(setting.Value)}")),
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder table = new();
        foreach (string[] row in rows)
        {
            for (int column = 0; column < row.Length; column++)
            {
                bool isNumber = column is >= 1 and <= 3;
                table.Append(isNumber ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column])).Append("   ");
            }
            while (table[^1] == ' ')
                table.Length--;
            table.Append('\n');
        }
        return table.ToString();
    }

    private static string Short(double value) =>
        value.ToString(Math.Abs(value) is > 0 and < 1e-3 ? "0.##e0" : "G3", CultureInfo.InvariantCulture);
}

/// <summary>A loss may have become NaN or infinite, which then stands as a string.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Summary))]
internal sealed partial class SummaryJson : JsonSerializerContext;
