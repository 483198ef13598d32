using System.Globalization;
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
        File.WriteAllText(Path.Combine(folder, "estimates.md"), EstimateMarkdown.Of(rows, trajectories));
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
        Table table = new("family", "batch", "window", "horizon", "estimator", "coordinates", "medianError", "highError",
            "highErrorOverLastSample", "signAgreement", "cosine", "worseThanLastSample");
        var groups = from family in rows.Select(row => row.Family).Distinct().Append(All)
                     from batch in rows.Select(row => row.Batch).Distinct()
                     from window in EstimatorComparison.Windows
                     from horizon in rows.Select(row => (int?)row.Horizon).Distinct().Order().Append(null)
                     select (family, batch, window, horizon);
        foreach (var (family, batch, window, horizon) in groups)
        {
            EstimateRow[] chosen = [.. rows.Where(row => (family == All || row.Family == family) && row.Batch == batch && row.Window == window
                && (horizon is null || row.Horizon == horizon))];
            foreach (EstimateSummary item in EstimateSummary.Of(chosen))
                table.Add(family, batch, window, horizon is null ? All : horizon, item.Estimator, item.Count, Short(item.MedianError), Short(item.HighError),
                    Short(item.HighErrorRatio), Short(item.SignAgreement), Short(item.Cosine), Short(item.WorseThanLast));
        }
        table.SaveCsv(path);
    }

    private static double Short(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
