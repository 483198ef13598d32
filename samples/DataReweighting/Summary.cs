using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Samples.DataReweighting;

/// <summary>How one method did.</summary>
internal sealed record MethodSummary
{
    public required string Name { get; init; }

    public required double TestAccuracy { get; init; }

    public required double TestLoss { get; init; }

    public required double ValidationLoss { get; init; }

    public required double Seconds { get; init; }
}

/// <summary>What was run and how it ended: the contents of summary.json.</summary>
internal sealed record Summary
{
    public required int Seed { get; init; }

    public required int Threads { get; init; }

    public required int Steps { get; init; }

    public required int Window { get; init; }

    public required int CleanExamples { get; init; }

    public required int CorruptedExamples { get; init; }

    /// <summary>The mean of the learned weights.</summary>
    public required double CleanWeight { get; init; }

    public required double CorruptedWeight { get; init; }

    /// <summary>How well small weights find the wrong labels.</summary>
    public required double Auc { get; init; }

    public required double PeakMebibytes { get; init; }

    public required IReadOnlyList<MethodSummary> Methods { get; init; }

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, SummaryJson.Default.Summary) + "\n");

    /// <summary>The methods as a table for the console, and what the weights came to.</summary>
    public string ToText() => TextTable.Of(
        [
            ["method", "test accuracy", "test loss", "seconds"],
            .. Methods.Select(method => new[]
            {
                method.Name,
                TextTable.Percent(method.TestAccuracy),
                TextTable.Loss(method.TestLoss),
                TextTable.Seconds(method.Seconds),
            }),
        ],
        numbers: 1..4) + string.Create(CultureInfo.InvariantCulture, $"""

        weight of {CleanExamples:N0} clean examples {CleanWeight:0.000}, of {CorruptedExamples:N0} corrupted ones {CorruptedWeight:0.000} (means)
        corrupted labels are found by their weights with an AUC of {Auc:0.000}
        peak memory {PeakMebibytes:0} MiB

        """);
}

/// <summary>A loss may have become NaN or infinite, which then stands as a string.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Summary))]
internal sealed partial class SummaryJson : JsonSerializerContext;
