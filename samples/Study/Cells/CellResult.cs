using System.Text.Json;
using System.Text.Json.Serialization;

namespace Samples.Study.Cells;

/// <summary>What came out of a cell: plain numbers, and perhaps a short series of them.</summary>
internal sealed record CellResult
{
    /// <summary>The cell's key, as text.</summary>
    public required string Cell { get; init; }

    /// <summary>Why there are no numbers; null where there are.</summary>
    public string? Failure { get; init; }

    /// <summary>Processor time of one thread, in seconds, without loading data and without testing.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>Numbers by name.</summary>
    public SortedDictionary<string, double> Numbers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Words by name.</summary>
    public SortedDictionary<string, string> Words { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What the columns of <see cref="Series"/> are.</summary>
    public string[] Columns { get; init; } = [];

    /// <summary>Rows of numbers.</summary>
    public double[][] Series { get; init; } = [];

    [JsonIgnore]
    public CellKey Key => CellKey.Parse(Cell);

    /// <summary>One line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, CellJson.Default.CellResult);

    /// <summary>Reads one line of JSON.</summary>
    /// <exception cref="JsonException">It is something else, or half of it.</exception>
    public static CellResult FromLine(string line) => JsonSerializer.Deserialize(line, CellJson.Default.CellResult)
        ?? throw new JsonException("A cell's result is not null.");
}

/// <summary>A loss may have become NaN or infinite, which then stands as a string.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CellResult))]
internal sealed partial class CellJson : JsonSerializerContext;
