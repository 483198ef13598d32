using System.Text.Json;
using System.Text.Json.Serialization;

namespace Samples.FashionMnist;

/// <summary>How one method did.</summary>
internal sealed record MethodSummary
{
    public required string Name { get; init; }

    /// <summary>Training steps between two moves of the settings.</summary>
    public required int Window { get; init; }

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

    public required int Stride { get; init; }

    public required long Horizon { get; init; }

    public required IReadOnlyList<MethodSummary> Methods { get; init; }

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, SummaryJson.Default.Summary) + "\n");

    /// <summary>The methods as a table for the console.</summary>
    public string ToTable() => TextTable.Of(
        [
            ["method", "test loss", "accuracy", "seconds", "settings at the end"],
            .. Methods.Select(method => new[]
            {
                method.Name,
                TextTable.Loss(method.TestLoss),
                TextTable.Percent(method.TestAccuracy),
                TextTable.Seconds(method.Seconds),
                string.Join("  ", method.Hyperparameters.Select(setting => $"{setting.Key} {TextTable.Setting(setting.Value)}")),
            }),
        ],
        numbers: 1..4);
}

/// <summary>A loss may have become NaN or infinite, which then stands as a string.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Summary))]
internal sealed partial class SummaryJson : JsonSerializerContext;
