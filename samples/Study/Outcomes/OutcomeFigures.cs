using Samples.Study.Tables;

namespace Samples.Study.Outcomes;

/// <summary>The bars that were set for the default before the study, and what came out.</summary>
internal static class OutcomeFigures
{
    private const string OfLocal = "mean at most .97, no task above 1.02, five of six tasks below 1", OfSearch = "five of six tasks below 1";

    private static readonly Bar[] Bars =
    [
        .. TuningMethods.Resets.Select(name => new Bar(name, [name], .97, 1.02, true, OfLocal)),
        new("the best of these in each task and seed", TuningMethods.Resets, .97, 1.02, true, OfLocal),
        new("best of the grid", [OutcomeCells.Grid], 1, double.PositiveInfinity, false, "mean at most 1"),
        new("best of 20 cosine schedules", [OutcomeCells.Cosine], 1.02, double.PositiveInfinity, false, "mean at most 1.02"),
        new("best of random search", [OutcomeCells.RandomSearch], double.PositiveInfinity, double.PositiveInfinity, true, OfSearch),
        new("successive halving", [OutcomeCells.Halving], double.PositiveInfinity, double.PositiveInfinity, true, OfSearch),
    ];

    public static Table Of(OutcomeComparison comparison)
    {
        Table table = new("the default over", "bar", "geometric mean", "worst task", "ratio there", "tasks below 1", "tasks", "pairs of runs",
            "test loss, geometric mean", "reached");
        foreach (Bar bar in Bars)
        {
            (string Task, double Ratio)[] all = [.. comparison.Tasks.Select(task => (task, comparison.Ratio(task, TuningMethods.Default, bar.Others)))
                .Where(item => !double.IsNaN(item.Item2))];
            if (all.Length == 0)
                continue;
            double mean = Statistics.GeometricMean(all.Select(item => item.Ratio));
            (string worst, double ratio) = all.MaxBy(item => item.Ratio);
            int below = all.Count(item => item.Ratio < 1);
            bool isReached = mean <= bar.Mean && ratio <= bar.Worst && (!bar.IsMostBelow || 6 * below >= 5 * all.Length);
            table.Add(bar.Name, bar.Words, mean, worst, ratio, below, all.Length,
                all.Sum(item => comparison.Pairs(item.Task, TuningMethods.Default, bar.Others).Count),
                Statistics.GeometricMean(all.Select(item => comparison.TestRatio(item.Task, TuningMethods.Default, bar.Others))),
                isReached ? "yes" : "**no**");
        }
        return table;
    }

    private sealed record Bar(string Name, IReadOnlyList<string> Others, double Mean, double Worst, bool IsMostBelow, string Words);
}
