using System.Globalization;
using System.Runtime.CompilerServices;

namespace Declarative.Benchmarks;

/// <summary>A page of results as Markdown: on the console as it comes, and in the end in a file.</summary>
/// <param name="name">The file's name without extension.</param>
/// <param name="title">The page's title.</param>
internal sealed class Report(string name, string title)
{
    private readonly List<string> lines = [];

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
        Save(Path.Combine(Folder(), name + ".md"), machine);
    }

    /// <summary>Writes another file.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="machine">What it was measured on, as a sentence.</param>
    public void Save(string path, string machine)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, $"# {title}\n\n{machine}\n" + string.Join("\n", lines) + "\n");
    }

    // In the repository, beside the sources.
    private static string Folder([CallerFilePath] string sourceFile = "") => Path.Combine(Path.GetDirectoryName(sourceFile)!, "results");

    private void Line(string line)
    {
        Console.WriteLine(line);
        lines.Add(line);
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
}
