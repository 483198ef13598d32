using System.Globalization;
using System.Text;

namespace Samples.Study.Tables;

/// <summary>A table that is written twice: for programs as CSV, with all digits, and for readers as Markdown.</summary>
internal sealed class Table(params string[] columns)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly List<object?[]> rows = [];

    public int Count => rows.Count;

    /// <summary>Adds a row: texts, numbers, or null where there is nothing to say.</summary>
    public void Add(params object?[] row)
    {
        if (row.Length != columns.Length)
            throw new ArgumentException($"A row of {row.Length} cells in a table of {columns.Length} columns.");
        rows.Add(row);
    }

    public void SaveCsv(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using StreamWriter file = new(path, append: false, Utf8) { NewLine = "\n" };
        file.WriteLine(string.Join(',', columns.Select(Quoted)));
        foreach (object?[] row in rows)
            file.WriteLine(string.Join(',', row.Select(Exact)));
    }

    /// <summary>As Markdown; numbers are right-aligned.</summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        bool[] areNumbers = [.. Enumerable.Range(0, columns.Length).Select(i => rows.Count > 0 && rows.All(row => row[i] is null or not string))];
        Line(columns);
        Line(areNumbers.Select(isNumber => isNumber ? "--:" : "---"));
        foreach (object?[] row in rows)
            Line(row.Select(Readable));
        return text.ToString();

        void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    private static string Exact(object? cell) =>
        cell is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : Quoted($"{cell}");

    private static string Readable(object? cell) => cell switch
    {
        null or double.NaN => "",
        double number => Number(number),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString()!,
    };

    private static string Number(double number) => Math.Abs(number) switch
    {
        0 => "0",
        >= 1e5 or < 1e-3 => number.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 100 => number.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
        _ => number.ToString("0.000", CultureInfo.InvariantCulture),
    };

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
