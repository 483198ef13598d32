using Declarative.Reporting;
using ScottPlot;
using SkiaSharp;

namespace Samples.Study.Estimates;

/// <summary>The median error over the window, a panel for each family: full batches on the left, mini-batches on the right.</summary>
internal static class EstimatePicture
{
    private const int Width = 1500, PanelHeight = 230;

    public static void Save(IReadOnlyList<EstimateRow> rows, string path)
    {
        string[] families = [.. rows.Select(row => row.Family).Distinct()], batches = [.. rows.Select(row => row.Batch).Distinct()];
        PictureLegend legend = new("Median scaled error against the exact global hypergradient",
            [.. Estimators.Shown.Select((name, i) => (name, PictureColors.Of(i), LinePattern.Solid))], Width);
        PictureScale windows = new(true, Math.Log10(EstimatorComparison.Windows[0]) - 0.05, Math.Log10(EstimatorComparison.Windows[^1]) + 0.05,
            [.. EstimatorComparison.Windows.Select(window => (Math.Log10(window), FormattableString.Invariant($"{window}")))]);
        float top = legend.Height, wide = Width / (float)batches.Length;
        int height = (int)Math.Ceiling(top + families.Length * PanelHeight + PicturePanel.AxisHeight);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(Width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        for (int i = 0; i < families.Length; i++)
        {
            bool isLast = i == families.Length - 1;
            float bottom = isLast ? height : top + PanelHeight;
            for (int j = 0; j < batches.Length; j++)
                Panel(rows, families[i], batches[j]).Draw(surface.Canvas, new PixelRect(j * wide, (j + 1) * wide, bottom, top), windows,
                    isLast ? $"window τ, {batches[j]} batch" : null);
            top = bottom;
        }
        legend.Draw(surface.Canvas);
        PictureFile.Save(surface, path);
    }

    private static PicturePanel Panel(IReadOnlyList<EstimateRow> rows, string family, string batch)
    {
        double[][] errors = [.. EstimatorComparison.Windows.Select(window =>
        {
            EstimateRow[] chosen = [.. rows.Where(row => row.Family == family && row.Batch == batch && row.Window == window)];
            Dictionary<string, double> medians = EstimateSummary.Of(chosen).ToDictionary(item => item.Estimator, item => item.MedianError);
            return Estimators.Shown.Select(name => medians.GetValueOrDefault(name, double.NaN)).ToArray();
        })];
        double[] places = [.. EstimatorComparison.Windows.Select(window => Math.Log10(window))];
        return new(family,
        [
            .. Estimators.Shown.Select((_, i) => new PictureCurve(PictureColors.Of(i), 2.5f, LinePattern.Solid, places, [.. errors.Select(row => row[i])])),
        ]);
    }
}
