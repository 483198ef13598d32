using System.CommandLine;
using static Samples.SampleOptions;

namespace Samples.Study;

/// <summary>What to run, read from the command line and checked.</summary>
internal sealed record StudyOptions
{
    public required int Jobs { get; init; }

    public required int Seeds { get; init; }

    /// <summary>Which cells; empty for all.</summary>
    public required string Only { get; init; }

    /// <summary>Which finished cells to do again; null for none.</summary>
    public required string? Redo { get; init; }

    public required bool IsList { get; init; }

    public required bool IsSummaryOnly { get; init; }

    public required string OutputFolder { get; init; }

    /// <summary>Reads the arguments; answers --help and --version itself, with null.</summary>
    /// <exception cref="UsageException">An option is unknown or impossible.</exception>
    public static StudyOptions? Parse(string[] arguments)
    {
        Option<int> jobs = Number("--jobs", "Cells at a time, each in a process of one thread.", 2, smallest: 1, largest: 256);
        Option<int> seeds = Number("--seeds", "Seeds of each method.", 3, smallest: 1);
        Option<string> only = Text("--only", "PATTERN", "Only cells in whose key part/task/method/setting/seed this occurs; * stands for anything.");
        Option<string> redo = Text("--redo", "PATTERN", "Does these cells again, though their results are in.");
        Option<bool> list = new("--list") { Description = "Names the cells and whether their results are in, and does nothing." };
        Option<bool> summarize = new("--summarize") { Description = "Does no cell; writes tables and pictures of the results that are in." };
        Option<string> output = Text("--out", "DIR", "Folder of results. Default: samples/Study/results.");

        RootCommand command = new("Measures estimates of the global hypergradient against exact ones, and what tuning with them comes to. "
            + "A study that was broken off goes on where it was.")
        {
            jobs, seeds, only, redo, list, summarize, output,
        };
        if (Read(command, arguments) is not { } parsed)
            return null;
        return new()
        {
            Jobs = parsed.GetValue(jobs),
            Seeds = parsed.GetValue(seeds),
            Only = parsed.GetValue(only) ?? "",
            Redo = parsed.GetValue(redo),
            IsList = parsed.GetValue(list),
            IsSummaryOnly = parsed.GetValue(summarize),
            OutputFolder = parsed.GetValue(output) ?? Path.Combine("samples", "Study", "results"),
        };
    }
}
