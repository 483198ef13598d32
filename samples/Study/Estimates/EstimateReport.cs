using System.Globalization;
using System.Text;
using Samples.Study.Cells;
using Samples.Study.Tables;

namespace Samples.Study.Estimates;

/// <summary>Writes what the comparison of estimators says: rows, summaries, Markdown and a picture.</summary>
internal static class EstimateReport
{
    private const string All = "all";

    public static void Write(IReadOnlyCollection<CellResult> trajectories, string folder, int jobs)
    {
        IReadOnlyList<EstimateRow> rows = EstimatorComparison.Of(trajectories, jobs);
        if (rows.Count == 0)
            return;
        WriteRows(rows, Path.Combine(folder, "estimates.csv"));
        WriteSummary(rows, Path.Combine(folder, "estimates-summary.csv"));
        File.WriteAllText(Path.Combine(folder, "estimates.md"), Markdown(rows, trajectories));
        EstimatePicture.Save(rows, Path.Combine(folder, "estimates.png"));
    }

    /// <summary>A row for each estimate: the coordinates side by side, and few digits, or the file would be four times as long.</summary>
    private static void WriteRows(IReadOnlyList<EstimateRow> rows, string path)
    {
        string[] coordinates = [.. rows.Select(row => row.Coordinate).Distinct()];
        Table table = new(["family", "batch", "setting", "seed", "estimator", "window", "horizon", "cosine",
            .. coordinates.Select(name => $"{name}.error"), .. coordinates.Select(name => $"{name}.signRight")]);
        foreach (var group in rows.GroupBy(row => (row.Family, row.Batch, row.Setting, row.Seed, row.Estimator, row.Window, row.Horizon)))
        {
            EstimateRow[] ofCoordinates = [.. coordinates.Select(name => group.Single(row => row.Coordinate == name))];
            table.Add([group.Key.Family, group.Key.Batch, group.Key.Setting, group.Key.Seed, group.Key.Estimator, group.Key.Window, group.Key.Horizon,
                Short(group.First().Cosine), .. ofCoordinates.Select(row => Short(row.Error)),
                .. ofCoordinates.Select(row => row.IsSignRight is { } right ? (object)(right ? 1 : 0) : null)]);
        }
        table.SaveCsv(path);
    }

    private static void WriteSummary(IReadOnlyList<EstimateRow> rows, string path)
    {
        Table table = new("family", "batch", "window", "horizon", "estimator", "coordinates", "medianError", "highError", "highErrorOverLastSample", "signAgreement",
            "cosine", "worseThanLastSample");
        foreach (string family in rows.Select(row => row.Family).Distinct().Append(All))
            foreach (string batch in rows.Select(row => row.Batch).Distinct())
                foreach (int window in EstimatorComparison.Windows)
                    foreach (int? horizon in rows.Select(row => (int?)row.Horizon).Distinct().Order().Append(null))
                    {
                        EstimateRow[] chosen = [.. rows.Where(row => (family == All || row.Family == family) && row.Batch == batch && row.Window == window
                            && (horizon is null || row.Horizon == horizon))];
                        foreach (EstimateSummary item in EstimateSummary.Of(chosen))
                            table.Add(family, batch, window, horizon is null ? All : horizon, item.Estimator, item.Count, Short(item.MedianError), Short(item.HighError),
                                Short(item.HighErrorRatio), Short(item.SignAgreement), Short(item.Cosine), Short(item.WorseThanLast));
                    }
        table.SaveCsv(path);
    }

    private static string Markdown(IReadOnlyList<EstimateRow> rows, IReadOnlyCollection<CellResult> trajectories)
    {
        StringBuilder text = new();
        text.Append("# Estimates of the global hypergradient, against the exact one\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{trajectories.Count(item => item.Failure is null)} trajectories of learning rate, momentum and weight decay ");
        text.Append("of gradient descent with momentum. An estimator is given the first τ samples and asked for sample T; all T, settings, moments of training and ");
        text.Append("seeds are taken together. Error: |estimate - h_T| / (|h_T| + root mean square of the τ samples): median, 90th percentile, and that over the last ");
        text.Append("sample's. Sign: right ones, where |h_T| is above 5 % of the root mean square. Cosine: mean, coordinates scaled by their root mean squares. Worse: ");
        text.Append("how often the error is larger than the last sample's.\n");
        AppendChecks(text, trajectories);
        foreach (string batch in rows.Select(row => row.Batch).Distinct())
            foreach (int window in EstimatorComparison.Windows.Reverse())
                Append(text, $"All families, {batch} batch, τ = {window}", rows.Where(row => row.Batch == batch && row.Window == window));
        foreach (var group in rows.GroupBy(row => (row.Family, row.Batch)))
            foreach (int window in EstimatorComparison.Windows.Reverse())
                Append(text, $"{group.Key.Family}, {group.Key.Batch} batch, τ = {window}", group.Where(row => row.Window == window));
        return text.ToString();
    }

    private static void AppendChecks(StringBuilder text, IReadOnlyCollection<CellResult> trajectories)
    {
        Table checks = new("family", "batch", "T", "relative difference");
        foreach (CellResult item in trajectories.OrderBy(item => item.Cell, StringComparer.Ordinal))
            if (item.Numbers.TryGetValue("globalDifference", out double difference))
                checks.Add(item.Key.Task, item.Key.Method, (int)item.Series[^1][0], difference);
        if (checks.Count > 0)
            text.Append("\nThe exact one is computed twice, on one trajectory of each kind: by forward mode, as everywhere here, and by ")
                .Append("`trainer.GlobalHypergradient(T)`, in reverse mode.\n\n").Append(checks.ToMarkdown());
        foreach (CellResult item in trajectories.Where(item => item.Failure is not null))
            text.Append($"\nNo trajectory from {item.Cell}: {item.Failure}\n");
    }

    private static void Append(StringBuilder text, string title, IEnumerable<EstimateRow> rows)
    {
        Table table = new("estimator", "median error", "90th percentile", "over last sample's", "sign, %", "cosine", "worse, %");
        foreach (EstimateSummary item in EstimateSummary.Of([.. rows]))
            table.Add(item.Estimator, item.MedianError, item.HighError, item.HighErrorRatio, 100 * item.SignAgreement, item.Cosine, 100 * item.WorseThanLast);
        if (table.Count > 0)
            text.Append($"\n## {title}\n\n").Append(table.ToMarkdown());
    }

    private static double Short(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
