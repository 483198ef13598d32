using System.Diagnostics;
using System.Globalization;
using Samples.Study.Cells;
using Samples.Study.Estimates;
using Samples.Study.Outcomes;

namespace Samples.Study;

/// <summary>The study as one command: does the cells whose results are not in, then writes tables and pictures.</summary>
internal static class StudyProgram
{
    private static readonly IStudyPart[] Parts = [new OutcomeCells(), new TrajectoryCells()];

    private static int Main(string[] arguments) => SampleProgram.Run(() =>
    {
        if (arguments is [WorkerProcess.Option])
            Worker.Run(Parts, Console.In, Console.Out);
        else if (StudyOptions.Parse(arguments) is { } options)
            Run(options);
    });

    private static void Run(StudyOptions options)
    {
        CellFile file = SampleProgram.Begin(options.OutputFolder, folder =>
        {
            Directory.CreateDirectory(folder);
            return new CellFile(Path.Combine(folder, "cells.jsonl"));
        });
        Cell[] cells = [.. Parts.SelectMany(part => part.Cells(options.Seeds)).Where(cell => cell.Key.Matches(options.Only)).OrderBy(cell => cell.Rank)];
        if (options.IsList)
        {
            foreach (Cell cell in cells)
                Console.WriteLine($"{cell.Key}{(file.Contains(cell.Key) ? "   done" : "")}");
            return;
        }
        if (options.Redo is { } pattern)
            file.Remove(key => key.Matches(pattern));
        if (!options.IsSummaryOnly && !DoCells(cells, file, options.Jobs))
            return;
        Summarize(file, options);
    }

    /// <returns>Whether all were done, and not broken off.</returns>
    private static bool DoCells(Cell[] cells, CellFile file, int jobs)
    {
        using CancellationTokenSource stop = new();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        var clock = Stopwatch.StartNew();
        new CellQueue(file, () => new WorkerProcess()).Run(cells, jobs, (result, done, all) =>
        {
            TimeSpan left = clock.Elapsed / done * (all - done);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"[{done}/{all}, about {left.TotalMinutes:0} min left] {result.Cell}: {result.Failure ?? $"{result.CpuSeconds:0.0} s"}"));
        }, stop.Token);
        return !stop.IsCancellationRequested;
    }

    private static void Summarize(CellFile file, StudyOptions options)
    {
        HashSet<CellKey> all = [.. Parts.SelectMany(part => part.Cells(options.Seeds)).Select(cell => cell.Key)];
        int missing = all.Count(key => !file.Contains(key));
        if (missing > 0)
            Console.WriteLine($"{missing} of {all.Count} cells are not in yet: the tables are provisional.");
        // Results of cells that are no longer part of the study stay in the file, and out of the tables.
        CellResult[] Of(string part) => [.. file.Results.Where(result => result.Key.Part == part && all.Contains(result.Key))];
        var clock = Stopwatch.StartNew();
        EstimateReport.Write(Of(TrajectoryCells.PartName), options.OutputFolder, options.Jobs);
        OutcomeReport.Write(Of(OutcomeCells.PartName), options.OutputFolder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"tables and pictures written to {options.OutputFolder} in {clock.Elapsed.TotalSeconds:0} s"));
    }
}
