using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Declarative.Reporting;

/// <summary>The numbers behind a report's pictures, as JSON in the page: a run that goes on after a checkpoint takes them up again, and other
/// programs can read them.</summary>
/// <param name="From">The step from which on they tell.</param>
/// <param name="Start">What each group began with.</param>
/// <param name="Rows">The windows kept.</param>
/// <param name="Every">Of how many windows one is kept.</param>
internal sealed record ReportData(long From, Spread[] Start, IReadOnlyList<TraceRow> Rows, int Every)
{
    /// <summary>The id of the element that holds the data.</summary>
    public const string Id = "declarative-run";

    private const int Format = 1;
    private const long LargestFile = 64L << 20;
    private static readonly string Opening = $"<script type=\"application/json\" id=\"{Id}\">", Closing = "</script>";

    /// <summary>The data as JSON without markup in it. A scalar is one number, a wide group three: smallest, median, largest. Null is not finite.</summary>
    public string ToJson(IReadOnlyList<HyperparameterGroup> groups)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", Format);
            writer.WriteNumber("from", From);
            writer.WriteNumber("every", Every);
            writer.WriteStartArray("groups");
            foreach (HyperparameterGroup group in groups)
            {
                writer.WriteStartObject();
                writer.WriteString("name", group.Name);
                writer.WriteNumber("start", group.Start);
                writer.WriteNumber("count", group.Count);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteString("columns", "step, trainingLoss, validationLoss, values by group, local by group, estimate by group");
            writer.WriteStartArray("start");
            Write(writer, groups, Start);
            writer.WriteEndArray();
            writer.WriteStartArray("rows");
            foreach (TraceRow row in Rows)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(row.Step);
                Write(writer, row.TrainingLoss);
                Write(writer, row.ValidationLoss);
                Write(writer, groups, row.Values);
                Write(writer, groups, row.Local);
                Write(writer, groups, row.Estimate);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads the data of a report; null where there is none, or none of these hyperparameters.</summary>
    public static ReportData? Read(string path, IReadOnlyList<HyperparameterGroup> groups)
    {
        try
        {
            FileInfo file = new(path);
            if (!file.Exists || file.Length > LargestFile)
                return null;
            string page = File.ReadAllText(path);
            int start = page.IndexOf(Opening, StringComparison.Ordinal);
            int end = start < 0 ? -1 : page.IndexOf(Closing, start, StringComparison.Ordinal);
            return end < 0 ? null : Parse(page[(start + Opening.Length)..end], groups);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // Somebody's page, or one that was edited: the report begins where the run goes on.
            return null;
        }
    }

    private static ReportData? Parse(string json, IReadOnlyList<HyperparameterGroup> groups)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        IEnumerable<HyperparameterGroup> found = root.GetProperty("groups").EnumerateArray().Select(group => new HyperparameterGroup(
            group.GetProperty("name").GetString() ?? "", group.GetProperty("start").GetInt32(), group.GetProperty("count").GetInt32()));
        if (root.GetProperty("format").GetInt32() != Format || !found.SequenceEqual(groups))
            return null;
        double[] begin = Numbers(root.GetProperty("start"));
        int place = 0;
        Spread[] start = Spreads(groups, begin, ref place);
        List<TraceRow> rows = [];
        foreach (JsonElement element in root.GetProperty("rows").EnumerateArray())
        {
            double[] numbers = Numbers(element);
            if (numbers.Length != 3 + 3 * begin.Length)
                return null;
            place = 3;
            rows.Add(new TraceRow((long)numbers[0], numbers[1], numbers[2],
                Spreads(groups, numbers, ref place), Spreads(groups, numbers, ref place), Spreads(groups, numbers, ref place)));
        }
        return new ReportData(root.GetProperty("from").GetInt64(), start, rows, Math.Max(1, root.GetProperty("every").GetInt32()));
    }

    private static double[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? double.NaN : number.GetDouble())];

    private static Spread[] Spreads(IReadOnlyList<HyperparameterGroup> groups, double[] numbers, ref int place)
    {
        var spreads = new Spread[groups.Count];
        for (int i = 0; i < spreads.Length; i++)
        {
            int width = groups[i].IsWide ? 3 : 1;
            if (place + width > numbers.Length)
                throw new FormatException("A row is too short.");
            spreads[i] = width == 1 ? new(numbers[place], numbers[place], numbers[place]) : new(numbers[place], numbers[place + 1], numbers[place + 2]);
            place += width;
        }
        return spreads;
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<HyperparameterGroup> groups, Spread[] spreads)
    {
        foreach ((HyperparameterGroup group, Spread spread) in groups.Zip(spreads))
        {
            if (group.IsWide)
                Write(writer, spread.Low);
            Write(writer, spread.Median);
            if (group.IsWide)
                Write(writer, spread.High);
        }
    }

    // Six digits are more than a picture shows, and keep a report small.
    private static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteRawValue(value.ToString("G6", CultureInfo.InvariantCulture), skipInputValidation: true);
        else
            writer.WriteNullValue();
    }
}
