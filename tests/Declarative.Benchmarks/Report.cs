using System.Globalization;
using System.Runtime.CompilerServices;

namespace Declarative.Benchmarks;

/// <summary>A page of results as Markdown: on the console as it comes, and in a file in the end, or as it comes too.</summary>
/// <param name="name">The file's name without extension.</param>
/// <param name="title">The page's title.</param>
internal sealed class Report(string name, string title)
{
    private readonly List<string> lines = [];
    private string? path;

    /// <summary>A paragraph.</summary>
    public void Text(string text)
    {
        Line("");
        Line(text);
    }

    /// <summary>Starts a table.</summary>
    public void Table(params string[] columns)
    {
        Line("");
        Row(columns);
        Row(Array.ConvertAll(columns, _ => "---"));
    }

    /// <summary>A row of the last table.</summary>
    public void Row(params string[] cells) => Line($"| {string.Join(" | ", cells)} |");

    /// <summary>Writes the file.</summary>
    public void Save()
    {
        string machine = $"Measured on {Environment.ProcessorCount} {(Environment.ProcessorCount == 1 ? "processor" : "processors")}, .NET {Environment.Version.Major}, "
            + $"{(Machine.IsQuiet ? "otherwise idle" : "shared with other work: ratios hold, times are too long")}.";
        Write(Path.Combine(Folder(), name + ".md"), machine);
    }

    /// <summary>Begins another file, into which each line goes as it comes: a run that ends too early leaves what it has measured.</summary>
    /// <param name="file">The file; its folder is made.</param>
    /// <param name="machine">What it is measured on, as a sentence.</param>
    public void KeepIn(string file, string machine)
    {
        Write(file, machine);
        path = file;
    }

    // In the repository, beside the sources.
    private static string Folder([CallerFilePath] string sourceFile = "") => Path.Combine(Path.GetDirectoryName(sourceFile)!, "results");

    private void Write(string file, string machine)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllLines(file, [$"# {title}", "", machine, .. lines]);
    }

    private void Line(string line)
    {
        Console.WriteLine(line);
        lines.Add(line);
        if (path is not null)
            File.AppendAllLines(path, [line]);
    }
}

/// <summary>What a reader must know of the machine.</summary>
internal static class Machine
{
    /// <summary>Whether nearly nothing else ran when the process began, as far as the system tells.</summary>
    public static bool IsQuiet { get; } = !File.Exists("/proc/loadavg")
        || double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) < 0.5;
}

internal static class Numbers
{
    /// <summary>A number in the way of every culture.</summary>
    public static string ToNumber(this double value, int decimals) => value.ToString("F" + decimals, CultureInfo.InvariantCulture);

    /// <summary>A small number by its size, as in 1.2e-7.</summary>
    public static string ToScientific(this double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
