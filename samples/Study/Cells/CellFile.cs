using System.Text;
using System.Text.Json;

namespace Samples.Study.Cells;

/// <summary>The results that are in: a file of one line of JSON each, that only grows. A line that was half written when the program was
/// killed is cut off; its cell is done again.</summary>
internal sealed class CellFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string path;
    private readonly Dictionary<string, CellResult> results = new(StringComparer.Ordinal);

    /// <summary>Opens a file, or begins one with the first result.</summary>
    /// <exception cref="InvalidDataException">A whole line of it is no result.</exception>
    public CellFile(string path)
    {
        this.path = path;
        if (!File.Exists(path))
            return;
        CutHalfLine(path);
        int number = 0;
        foreach (string line in File.ReadLines(path, Utf8))
        {
            number++;
            try
            {
                CellResult result = CellResult.FromLine(line);
                results[result.Cell] = result;
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"Line {number} of '{path}' is no result of a cell: delete that line, and its cell is done again.", e);
            }
        }
    }

    /// <summary>The results, in no particular order.</summary>
    public IReadOnlyCollection<CellResult> Results => results.Values;

    /// <summary>Whether a cell's result is in.</summary>
    public bool Contains(CellKey key) => results.ContainsKey(key.ToString());

    /// <summary>Appends a result, which is on the disk when this returns.</summary>
    public void Add(CellResult result)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using (FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            file.Write(Utf8.GetBytes(result.ToLine() + "\n"));
            file.Flush(flushToDisk: true);
        }
        results[result.Cell] = result;
    }

    /// <summary>Forgets results, so that their cells are done again.</summary>
    public int Remove(Func<CellKey, bool> condition)
    {
        string[] removed = [.. results.Values.Where(result => condition(result.Key)).Select(result => result.Cell)];
        foreach (string cell in removed)
            results.Remove(cell);
        if (removed.Length > 0)
        {
            // Beside it and then over it: a kill in between loses nothing.
            string beside = path + ".new";
            File.WriteAllText(beside, string.Concat(results.Values.Select(result => result.ToLine() + "\n")), Utf8);
            File.Move(beside, path, overwrite: true);
        }
        return removed.Length;
    }

    private static void CutHalfLine(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        long end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
                break;
            end--;
        }
        if (end < file.Length)
            file.SetLength(end);
    }
}
