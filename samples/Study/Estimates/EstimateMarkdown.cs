using System.Globalization;
using System.Text;
using Samples.Study.Cells;
using Samples.Study.Tables;

namespace Samples.Study.Estimates;

/// <summary>The comparison of estimators for readers.</summary>
internal static class EstimateMarkdown
{
    public static string Of(IReadOnlyList<EstimateRow> rows, IReadOnlyCollection<CellResult> trajectories)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Estimates of the global hypergradient, against the exact one

            {trajectories.Count(item => item.Failure is null)} trajectories of learning rate, momentum and weight decay of gradient descent with momentum. An
            estimator is given the first τ samples and asked for sample T; all T, settings, moments of training and seeds together, unless it is said.
            Error: |estimate - h_T| / (|h_T| + root mean square of the τ samples): median, 90th percentile, and that over the last sample's. Sign: right
            ones, where |h_T| is above 5 % of the root mean square. Cosine: mean, coordinates scaled by their root mean squares. Worse: how often the
            error is larger than the last sample's. Momentum starts from zero where a trajectory begins; full batch means some hundred images; one
            validation batch serves samples and truth; settings are stable ones; coordinates and horizons of a trajectory are not independent. Trust is
            that of a run's first window. The estimator's own settings were found on small problems of these kinds.

            """);
        AppendChecks(text, trajectories);
        AppendFigures(text, rows);
        AppendGlocal(text, rows);
        foreach (string batch in rows.Select(row => row.Batch).Distinct())
            foreach (int window in EstimatorComparison.Windows.Reverse())
                Append(text, $"All families, {batch} batch, τ = {window}", rows.Where(row => row.Batch == batch && row.Window == window));
        AppendBy(text, "horizon", rows, row => row.Horizon, value => $"T = {value}");
        AppendBy(text, "moment of training", rows, row => TrajectoryCells.MomentOf(row.Setting), value => $"from step {value}");
        foreach (var group in rows.GroupBy(row => (row.Family, row.Batch)))
            foreach (int window in EstimatorComparison.Windows.Reverse())
                Append(text, $"{group.Key.Family}, {group.Key.Batch} batch, τ = {window}", group.Where(row => row.Window == window));
        return text.ToString();
    }

    private static void AppendChecks(StringBuilder text, IReadOnlyCollection<CellResult> trajectories)
    {
        Table checks = new("family", "batch", "T", "relative difference");
        foreach (CellResult item in trajectories.OrderBy(item => item.Cell, StringComparer.Ordinal))
            if (item.Numbers.TryGetValue(TrajectoryCells.GlobalDifference, out double difference))
                checks.Add(item.Key.Task, item.Key.Method, (int)item.Series[^1][0], difference);
        if (checks.Count > 0)
            text.Append("\nThe exact one is computed twice, on one trajectory of each kind: by forward mode, as everywhere here, and by ")
                .Append("`trainer.GlobalHypergradient(T)`, in reverse mode.\n\n").Append(checks.ToMarkdown());
        foreach (CellResult item in trajectories.Where(item => item.Failure is not null))
            text.Append($"\nNo trajectory from {item.Cell}: {item.Failure}\n");
    }

    /// <summary>The bars that were set for the glocal estimate before the study, and what came out.</summary>
    private static void AppendFigures(StringBuilder text, IReadOnlyList<EstimateRow> rows)
    {
        int longest = EstimatorComparison.Windows[^1];
        Table table = new("family", "batch", "τ", "trajectories", "median error", "last sample's", "tail mean's", "sign, %", "last sample's, %", "tail mean's, %",
            "90th percentile over last sample's", "missed");
        foreach (var group in rows.Where(row => row.Window == longest).GroupBy(row => (row.Family, row.Batch, Window: $"{longest}"))
            .Concat(rows.GroupBy(row => (row.Family, row.Batch, Window: "all"))))
        {
            Dictionary<string, EstimateSummary> all = EstimateSummary.Of([.. group]).ToDictionary(item => item.Estimator);
            EstimateSummary own = all[Estimators.Glocal], last = all[Estimators.Reference], tail = all["tail mean"];
            string[] missed =
            [
                .. own.MedianError < last.MedianError ? (string[])[] : ["median"],
                .. own.SignAgreement > last.SignAgreement ? (string[])[] : ["sign"],
                .. own.HighErrorRatio <= 1.1 ? (string[])[] : ["90th percentile"],
            ];
            table.Add(group.Key.Family, group.Key.Batch, group.Key.Window, group.Select(row => (row.Setting, row.Seed)).Distinct().Count(), own.MedianError,
                last.MedianError, tail.MedianError, 100 * own.SignAgreement, 100 * last.SignAgreement, 100 * tail.SignAgreement, own.HighErrorRatio,
                missed.Length == 0 ? "-" : string.Join(", ", missed));
        }
        text.Append($"\n## The glocal estimate ({Estimators.Glocal}) against the bars set for it\n\n")
            .Append("Median error and sign agreement better than the last sample's, 90th percentile of the error at most 1.1 times the last sample's.\n\n")
            .Append(table.ToMarkdown());
    }

    private static void AppendGlocal(StringBuilder text, IReadOnlyList<EstimateRow> rows)
    {
        Table table = new("family", "batch", "τ", "median error", "last sample's", "sign, %", "last sample's, %", "cosine",
            "last sample's cosine", "90th percentile over last sample's");
        foreach (var group in rows.GroupBy(row => (row.Family, row.Batch, row.Window)).OrderByDescending(group => group.Key.Window))
        {
            IReadOnlyList<EstimateSummary> all = EstimateSummary.Of([.. group]);
            EstimateSummary own = all.Single(item => item.Estimator == Estimators.Glocal), last = all.Single(item => item.Estimator == Estimators.Reference);
            table.Add(group.Key.Family, group.Key.Batch, group.Key.Window, own.MedianError, last.MedianError, 100 * own.SignAgreement, 100 * last.SignAgreement,
                own.Cosine, last.Cosine, own.HighErrorRatio);
        }
        text.Append($"\n## {Estimators.Glocal} (what a glocal run uses), against the last sample\n\n").Append(table.ToMarkdown());
    }

    /// <summary>How the error depends on one thing, with the longest window: median, and the fraction of right signs.</summary>
    private static void AppendBy(StringBuilder text, string what, IReadOnlyList<EstimateRow> rows, Func<EstimateRow, int> valueOf, Func<int, string> name)
    {
        int window = EstimatorComparison.Windows[^1];
        foreach (string batch in rows.Select(row => row.Batch).Distinct())
        {
            EstimateRow[] chosen = [.. rows.Where(row => row.Batch == batch && row.Window == window)];
            int count = chosen.Select(valueOf).Distinct().Count();
            chosen = [.. chosen.GroupBy(row => row.Family).Where(family => family.Select(valueOf).Distinct().Count() == count).SelectMany(family => family)];
            int[] values = [.. chosen.Select(valueOf).Distinct().Order()];
            Dictionary<string, EstimateSummary>[] summaries =
                [.. values.Select(value => EstimateSummary.Of([.. chosen.Where(row => valueOf(row) == value)]).ToDictionary(item => item.Estimator))];
            Table table = new(["estimator", .. values.SelectMany(value => (string[])[$"{name(value)}: median error", "sign, %"])]);
            foreach (string estimator in Estimators.Shown)
                table.Add([estimator, .. summaries.SelectMany(item => (object[])[item[estimator].MedianError, 100 * item[estimator].SignAgreement])]);
            text.Append($"\n## By {what}: families that have all of them, {batch} batch, τ = {window}\n\n").Append(table.ToMarkdown());
        }
    }

    private static void Append(StringBuilder text, string title, IEnumerable<EstimateRow> rows)
    {
        Table table = new("estimator", "median error", "90th percentile", "over last sample's", "sign, %", "cosine", "worse, %");
        foreach (EstimateSummary item in EstimateSummary.Of([.. rows]))
            table.Add(item.Estimator, item.MedianError, item.HighError, item.HighErrorRatio, 100 * item.SignAgreement, item.Cosine, 100 * item.WorseThanLast);
        if (table.Count > 0)
            text.Append($"\n## {title}\n\n").Append(table.ToMarkdown());
    }
}
