using System.Text;
using Samples.Study.Cells;
using Samples.Study.Tables;

namespace Samples.Study.Outcomes;

/// <summary>Writes what the trainings say: rows, Markdown and pictures.</summary>
internal static class OutcomeReport
{
    public static void Write(IReadOnlyCollection<CellResult> cells, string folder)
    {
        OutcomeComparison comparison = new(MethodOutcome.Of(cells));
        if (comparison.Outcomes.Count == 0)
            return;
        WriteRows(cells, Path.Combine(folder, "outcomes.csv"));
        Table overall = Overall(comparison), ofDefault = OfDefault(comparison), searches = AgainstSearches(comparison);
        Table[] tasks = [.. comparison.Tasks.Select(task => OfTask(comparison, task))];
        overall.SaveCsv(Path.Combine(folder, "outcomes-summary.csv"));
        ofDefault.SaveCsv(Path.Combine(folder, "outcomes-default.csv"));
        searches.SaveCsv(Path.Combine(folder, "outcomes-against-searches.csv"));
        File.WriteAllText(Path.Combine(folder, "outcomes.md"), Markdown(comparison, cells, overall, ofDefault, searches, tasks));
        OutcomePicture.Save(comparison, Path.Combine(folder, "outcomes.png"));
        CoursePictures.Save(cells, Path.Combine(folder, "courses"));
    }

    private static void WriteRows(IReadOnlyCollection<CellResult> cells, string path)
    {
        string[] numbers = [.. cells.SelectMany(cell => cell.Numbers.Keys).Distinct().Order(StringComparer.Ordinal)];
        Table table = new(["task", "method", "setting", "seed", "cpuSeconds", .. numbers, "remark"]);
        foreach (CellResult cell in cells.OrderBy(cell => cell.Cell, StringComparer.Ordinal))
            table.Add([cell.Key.Task, cell.Key.Method, cell.Key.Setting, cell.Key.Seed, cell.CpuSeconds,
                .. numbers.Select(name => cell.Numbers.TryGetValue(name, out double number) ? (object)number : null),
                cell.Failure ?? cell.Words.GetValueOrDefault("divergence", "")]);
        table.SaveCsv(path);
    }

    private static Table Overall(OutcomeComparison comparison)
    {
        Table table = new("method", "validation loss over local's", "median task", "worst task", "tasks below 1", "tasks", "test accuracy, %",
            "cost in plain trainings", "diverged runs");
        foreach (string method in comparison.Methods)
        {
            double[] relative = [.. comparison.Tasks.Select(task => Statistics.GeometricMean(comparison.Relative(task, method))).Where(HasValue)];
            MethodOutcome[] all = [.. comparison.Tasks.SelectMany(task => comparison.Of(task, method))];
            table.Add(method, Statistics.GeometricMean(relative), Statistics.Median(relative), relative.DefaultIfEmpty(double.NaN).Max(),
                relative.Count(ratio => ratio < 1), relative.Length, 100 * Statistics.Mean(all.Select(item => item.TestAccuracy)),
                Statistics.GeometricMean(comparison.Tasks.Select(task => comparison.Cost(task, method)).Where(HasValue)),
                all.Count(item => item.IsDiverged));
        }
        return table;
    }

    private static Table OfDefault(OutcomeComparison comparison)
    {
        string[] others = [TuningMethods.ReferenceOf(10), TuningMethods.ReferenceOf(20), TuningMethods.ReferenceOf(50), .. OutcomeCells.Searches];
        others = [.. others.Where(comparison.Methods.Contains)];
        Table table = new(["task", .. others.Select(name => $"over {name}"), "cost in plain trainings"]);
        List<double[]> rows = [];
        foreach (string task in comparison.Tasks)
        {
            double[] row = [.. others.Select(name => comparison.Ratio(task, TuningMethods.Default, name)), comparison.Cost(task, TuningMethods.Default)];
            rows.Add(row);
            table.Add([task, .. row.Cast<object>()]);
        }
        table.Add(["geometric mean", .. Enumerable.Range(0, others.Length + 1).Select(i => (object)Statistics.GeometricMean(rows.Select(row => row[i]).Where(HasValue)))]);
        return table;
    }

    private static Table AgainstSearches(OutcomeComparison comparison)
    {
        string[] searches = [.. OutcomeCells.Searches.Where(comparison.Methods.Contains)];
        Table table = new(["method", .. searches.SelectMany(name => (string[])[$"over {name}", "tasks below 1", "tasks"])]);
        foreach (string method in comparison.Methods.Except(OutcomeCells.Searches))
            table.Add([method, .. searches.SelectMany(name =>
            {
                double[] ratios = [.. comparison.Tasks.Select(task => comparison.Ratio(task, method, name)).Where(HasValue)];
                return (object?[])[Statistics.GeometricMean(ratios), ratios.Count(ratio => ratio < 1), ratios.Length];
            })]);
        return table;
    }

    private static Table OfTask(OutcomeComparison comparison, string task)
    {
        Table table = new("method", "seeds", "validation loss", "over local's", "test loss", "test accuracy, %", "cost in plain trainings",
            "settings at the end, seed 0");
        foreach (string method in comparison.Methods)
        {
            IReadOnlyList<MethodOutcome> runs = comparison.Of(task, method);
            if (runs.Count == 0)
                continue;
            string[] learned = [.. OutcomeTasks.All.Single(item => item.Name == task).Start.Keys];
            string settings = string.Join(", ", learned.Select(name => TextTable.Setting(runs[0].Best.Numbers[Outcome.Setting + name])));
            table.Add(method, runs.Count, Statistics.Mean(runs.Select(item => item.ValidationLoss)),
                Statistics.GeometricMean(comparison.Relative(task, method)), Statistics.Mean(runs.Select(item => item.TestLoss)),
                100 * Statistics.Mean(runs.Select(item => item.TestAccuracy)), comparison.Cost(task, method),
                settings + (runs.Count(item => item.IsDiverged) is > 0 and var diverged ? $"; diverged: {diverged}" : ""));
        }
        return table;
    }

    private static bool HasValue(double number) => !double.IsNaN(number);

    private static string Markdown(OutcomeComparison comparison, IReadOnlyCollection<CellResult> cells, Table overall, Table ofDefault, Table searches, Table[] tasks)
    {
        StringBuilder text = new();
        text.Append($"""
            # Outcomes of tuning

            Validation loss on 2,000 images after all steps. "Over local's": over that of local hypergradients with tangents reset and the same window (50,
            where a method has none, or another than 20), same seed and batches; geometric means over seeds, then over tasks. Cost: processor time of one
            thread, testing left out, over the median of trainings with settings kept. A search counts with its best training by validation loss, and the
            cost of all. A run that diverged counts with the loss at its last good point.

            {overall.ToMarkdown()}
            ## The default ({TuningMethods.Default}), task by task

            Its validation loss over that of others: at most 1 is as good. The grid, the schedules and the searches are chosen by the same validation loss.

            {ofDefault.ToMarkdown()}
            ## Against searches

            Validation loss over that of the best of a search's trainings, same task and seed.

            {searches.ToMarkdown()}
            """);
        for (int i = 0; i < tasks.Length; i++)
        {
            OutcomeTask task = OutcomeTasks.All.Single(item => item.Name == comparison.Tasks[i]);
            text.Append($"\n## {task.Name}\n\n{task.Model}, {task.Images:#,0} images, {task.Steps:#,0} steps; from ")
                .AppendJoin(", ", task.Start.Select(item => $"{item.Key} {TextTable.Setting(item.Value)}")).Append(".\n\n").Append(tasks[i].ToMarkdown());
        }
        foreach (CellResult cell in cells.Where(cell => cell.Failure is not null))
            text.Append($"\nNo numbers from {cell.Cell}: {cell.Failure}\n");
        return text.ToString();
    }
}
