using System.Text;

namespace Declarative.Reporting;

/// <summary>The rows of a comma-separated file (RFC 4180), as far as they are whole: a program that was killed may have left half a row at the end.</summary>
internal static class CsvRows
{
    /// <summary>The rows as they stand in the file, without the line feeds that end them. A quoted field may hold line feeds of its own.</summary>
    public static IEnumerable<string> Read(string path)
    {
        using StreamReader reader = new(path);
        StringBuilder row = new();
        bool isQuoted = false;
        for (int next = reader.Read(); next >= 0; next = reader.Read())
        {
            if (next == '"')
                isQuoted = !isQuoted;
            if (next == '\n' && !isQuoted)
            {
                yield return row.ToString();
                row.Clear();
            }
            else
            {
                row.Append((char)next);
            }
        }
    }

    /// <summary>Drops the rows that are not wanted, the header excepted, and what is not a whole row; the file is replaced at once or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isWanted">Whether to keep a row with these first two fields.</param>
    public static void Keep(string path, Func<(string First, string Second), bool> isWanted)
    {
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            foreach ((int index, string row) in Read(path).Index())
                if (index == 0 || isWanted(FirstFields(row)))
                    writer.WriteLine(row);
        });
    }

    private static (string, string) FirstFields(string row)
    {
        string first = Field(row, 0, out int end);
        return (first, Field(row, end + 1, out _));
    }

    private static string Field(string row, int start, out int end)
    {
        StringBuilder field = new();
        bool isQuoted = false;
        for (end = start; end < row.Length && (isQuoted || row[end] != ','); end++)
        {
            if (row[end] != '"')
                field.Append(row[end]);
            else if (isQuoted && end + 1 < row.Length && row[end + 1] == '"')
                field.Append(row[++end]);
            else
                isQuoted = !isQuoted;
        }
        return field.ToString();
    }
}
