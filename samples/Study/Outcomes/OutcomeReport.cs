using System.Globalization;
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
        Table overall = Overall(comparison, cells), ofDefault = OfDefault(comparison), figures = OutcomeFigures.Of(comparison);
        Table unseen = OutcomeFigures.Of(new([.. comparison.Outcomes.Where(item => item.Seed > 0)]));
        Table[] tasks = [.. comparison.Tasks.Select(task => OfTask(comparison, task))];
        overall.SaveCsv(Path.Combine(folder, "outcomes-summary.csv"));
        ofDefault.SaveCsv(Path.Combine(folder, "outcomes-default.csv"));
        figures.SaveCsv(Path.Combine(folder, "outcomes-figures.csv"));
        File.WriteAllText(Path.Combine(folder, "outcomes.md"), Markdown(comparison, cells, [figures, unseen, overall, ofDefault], tasks));
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

    private static Table Overall(OutcomeComparison comparison, IReadOnlyCollection<CellResult> cells)
    {
        Table table = new("method", "over the default", "best task", "worst task", "tasks below 1", "tasks", "test loss over the default's",
            "over local, reset, of the same window", "cost in plain trainings", "dearest task", "runs that diverged or failed");
        foreach (string method in comparison.Methods)
        {
            double[] ratios = Known(task => comparison.Ratio(task, method, TuningMethods.Default));
            double[] costs = Known(task => comparison.Cost(task, method));
            table.Add(method, Statistics.GeometricMean(ratios), ratios.DefaultIfEmpty(double.NaN).Min(), ratios.DefaultIfEmpty(double.NaN).Max(),
                ratios.Count(ratio => ratio < 1), ratios.Length,
                Statistics.GeometricMean(Known(task => comparison.TestRatio(task, method, TuningMethods.Default))),
                Statistics.GeometricMean(Known(task => comparison.RatioToReset(task, method))),
                Statistics.GeometricMean(costs), costs.DefaultIfEmpty(double.NaN).Max(),
                comparison.Tasks.SelectMany(task => comparison.Of(task, method)).Count(item => item.IsDiverged)
                    + cells.Count(cell => cell.Key.Method == method && cell.Failure is not null));
        }
        return table;

        double[] Known(Func<string, double> ofTask) => [.. comparison.Tasks.Select(ofTask).Where(HasValue)];
    }

    private static Table OfDefault(OutcomeComparison comparison)
    {
        string[] others = [.. TuningMethods.Resets, .. OutcomeCells.Searches];
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

    private static Table OfTask(OutcomeComparison comparison, string task)
    {
        Table table = new("method", "seeds", "validation loss", "lowest", "highest", "over local, reset, of the same window", "test loss", "test accuracy, %", "cost in plain trainings",
            "settings at the end, first seed");
        foreach (string method in comparison.Methods)
        {
            IReadOnlyList<MethodOutcome> runs = comparison.Of(task, method);
            if (runs.Count == 0)
                continue;
            string[] learned = [.. OutcomeTasks.All.Single(item => item.Name == task).Start.Keys];
            string settings = string.Join(", ", learned.Select(name => TextTable.Setting(runs[0].Best.Numbers[Outcome.Setting + name])));
            table.Add(method, runs.Count, Statistics.Mean(runs.Select(item => item.ValidationLoss)),
                runs.Min(item => item.ValidationLoss), runs.Max(item => item.ValidationLoss), comparison.RatioToReset(task, method), Statistics.Mean(runs.Select(item => item.TestLoss)),
                100 * Statistics.Mean(runs.Select(item => item.TestAccuracy)), comparison.Cost(task, method),
                settings + (runs.Count(item => item.IsDiverged) is > 0 and var diverged ? $"; diverged: {diverged}" : ""));
        }
        return table;
    }

    private static bool HasValue(double number) => !double.IsNaN(number);

    private static string Markdown(OutcomeComparison comparison, IReadOnlyCollection<CellResult> cells, Table[] summaries, Table[] tasks)
    {
        StringBuilder text = new();
        double hours = cells.Sum(cell => cell.CpuSeconds) / 3600;
        text.Append(CultureInfo.InvariantCulture, $"""
            # Outcomes of tuning

            Loss on all 2,000 validation images after all steps; tuned runs and searches have looked at the same images, so the test loss is the unbiased figure.
            Ratios are of the same task and seed; means are geometric, over the seeds of a task and then over tasks. A search counts with its best training
            by validation loss, and with the cost of all (random search six trainings, halving five). Grid and schedules are of all seeds in
            {OutcomeTasks.All.Count(task => task.GridSeeds > 1 || task.GridOf is not null)} tasks, and of seed 0 in the others. A run that diverged counts as guessing (ln 10), or worse. Cost: processor time of one thread, testing left
            out, over the median of trainings with settings kept; single costs vary by a fifth. All cells together took {hours:0.0} hours of one thread.
            Three of the tasks are one network on the same images from three starts.

            ## The default ({TuningMethods.Default}) against the bars set for it

            {summaries[0].ToMarkdown()}
            The default was chosen while looking at seed 0 of these tasks. Without seed 0:

            {summaries[1].ToMarkdown()}
            ## All methods

            Numbers in a method's name are its window, in steps; the outer step is .3 unless it is said. `global` takes three moves only and is no ceiling.

            {summaries[2].ToMarkdown()}
            ## The default, task by task

            {summaries[3].ToMarkdown()}
            """);
        for (int i = 0; i < tasks.Length; i++)
        {
            OutcomeTask task = OutcomeTasks.All.Single(item => item.Name == comparison.Tasks[i]);
            text.Append(CultureInfo.InvariantCulture, $"\n## {task.Name}\n\n{task.Model}, {task.Images:#,0} images, {task.Steps:#,0} steps; from ")
                .AppendJoin(", ", task.Start.Select(item => $"{item.Key} {TextTable.Setting(item.Value)}")).Append(".\n\n").Append(tasks[i].ToMarkdown());
        }
        foreach (CellResult cell in cells.Where(cell => cell.Failure is not null))
            text.Append($"\nNo numbers from {cell.Cell}: {cell.Failure}\n");
        return text.ToString();
    }
}
