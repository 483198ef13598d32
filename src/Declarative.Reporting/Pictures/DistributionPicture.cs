using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace Declarative.Reporting;

/// <summary>Watches a vector of hyperparameters and draws how its entries are distributed, group by group: one PNG with histograms of
/// their last values, one over the other, and below them how the distributions moved, the medians as lines and the middle halves as
/// bands.</summary>
/// <remarks>For weights of training examples: those known to be wrong against the others, or class against class. An entry belongs to
/// one group, to several or to none. Of a long run some 2,000 windows are kept, evenly spaced. Text is drawn in a font that this library
/// brings along.</remarks>
public sealed class DistributionPicture : ITrainingObserver
{
    private const int Bins = 40, MostWindows = 2_000;
    private const float HistogramHeight = 330, CourseHeight = 250;

    private readonly string hyperparameter;
    private readonly (string Name, int[] Entries)[] groups;
    private ThinnedList<(double Step, Spread[] Quartiles)> windows = new(MostWindows);
    private double[][] last = [];
    private int start;

    /// <summary>Makes an observer of one run after another; the picture is of the last one.</summary>
    /// <param name="hyperparameter">The vector's name.</param>
    /// <param name="groups">What to compare: a name for the legend, and the positions in the vector.</param>
    /// <exception cref="ArgumentException">There is no group, or one is empty.</exception>
    public DistributionPicture(string hyperparameter, params (string Name, IReadOnlyList<int> Entries)[] groups)
    {
        ArgumentNullException.ThrowIfNull(hyperparameter);
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Length == 0 || groups.Any(group => group.Entries.Count == 0))
            throw new ArgumentException("There must be a group, and an entry in each.", nameof(groups));
        this.hyperparameter = hyperparameter;
        this.groups = [.. groups.Select(group => (group.Name, group.Entries.ToArray()))];
    }

    /// <summary>A line above the picture, if any.</summary>
    public string? Title { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The run has no such vector, or an entry lies outside it.</exception>
    public void OnStarted(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        HyperparameterGroup found = HyperparameterGroup.Of(plan.Names).FirstOrDefault(group => group.Name == hyperparameter)
            ?? throw new ArgumentException($"The run has no hyperparameter '{hyperparameter}'.");
        if (groups.FirstOrDefault(group => group.Entries.Any(entry => entry < 0 || entry >= found.Count)) is { Name: { } name })
            throw new ArgumentException($"Group '{name}' has an entry outside the {found.Count} of '{hyperparameter}'.");
        start = found.Start;
        windows = new(MostWindows);
        last = [];
    }

    /// <inheritdoc/>
    public void OnWindow(WindowReport window)
    {
        ArgumentNullException.ThrowIfNull(window);
        last = [.. groups.Select(group => group.Entries.Select(entry => window.Values[start + entry]).Where(double.IsFinite).Order().ToArray())];
        (double, Spread[]) row = (window.Step, [.. last.Select(sorted => new Spread(Quantile(sorted, 0.25), Quantile(sorted, 0.5), Quantile(sorted, 0.75)))]);
        windows.Add(() => row);
    }

    /// <summary>Writes the picture.</summary>
    /// <param name="path">The PNG file; its directory is created where needed.</param>
    /// <param name="width">The width in pixels, at least 600.</param>
    /// <exception cref="InvalidOperationException">No window has been recorded yet.</exception>
    /// <exception cref="IOException">The file cannot be written there.</exception>
    public void Save(string path, int width = 1200)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 600);
        IReadOnlyList<(double Step, Spread[] Quartiles)> rows = windows.Items;
        if (rows.Count == 0)
            throw new InvalidOperationException("There is nothing to draw: no window has been recorded.");

        PictureScale values = ScaleOfValues(rows);
        PictureLegend legend = new(Title, [.. groups.Select((group, i) => (LegendText(group), PictureColors.Of(i), LinePattern.Solid))], width);
        float top = legend.Height, middle = top + HistogramHeight;
        int height = (int)Math.Ceiling(middle + CourseHeight);

        using SKSurface surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        HistogramPanel(values).Draw(surface.Canvas, new PixelRect(0, width, middle, top), values, $"{hyperparameter} after step {Number(rows[^1].Step)}");
        CoursePanel(values, rows).Draw(surface.Canvas, new PixelRect(0, width, height, middle), PictureScale.Linear(0, rows[^1].Step), "step");
        legend.Draw(surface.Canvas);
        PictureFile.Save(surface, path);
    }

    private static string LegendText((string Name, int[] Entries) group) => $"{Number(group.Entries.Length)} {group.Name}";

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    // 0 to 1 where that is what the values fill; else as far as they reach.
    private PictureScale ScaleOfValues(IReadOnlyList<(double Step, Spread[] Quartiles)> rows)
    {
        double[] seen = [.. last.SelectMany(values => values), .. rows.SelectMany(row => row.Quartiles).SelectMany(q => new[] { q.Low, q.High })];
        double[] finite = [.. seen.Where(double.IsFinite)];
        if (finite.Length == 0)
            return PictureScale.Linear(0, 1);
        (double low, double high) = (finite.Min(), finite.Max());
        if (low >= 0 && high is > 0.5 and <= 1)
            return PictureScale.Linear(0, 1);
        return high > low ? PictureScale.Linear(low, high) : PictureScale.Padded(low, high);
    }

    private PicturePanel HistogramPanel(PictureScale scale)
    {
        double[][] shares = [.. last.Select(values => Shares(values, scale))];
        double[] outline = [.. Enumerable.Range(0, Bins + 1).SelectMany(edge => Enumerable.Repeat(Edge(scale, edge), 2))];
        PictureCurve[] curves =
        [
            .. shares.Select((heights, i) => new PictureCurve(PictureColors.Of(i), 2.5f, LinePattern.Solid, outline, Staircase(heights))
            {
                Low = new double[outline.Length],
                High = Staircase(heights),
                BandOpacity = 0.35,
            }),
        ];
        double highest = Math.Max(shares.Max(heights => heights.Max()), 1);
        return new PicturePanel("% of the group", curves, PictureScale.Linear(0, 1.06 * highest));
    }

    private PicturePanel CoursePanel(PictureScale scale, IReadOnlyList<(double Step, Spread[] Quartiles)> rows) => new(hyperparameter,
    [
        .. groups.Select((_, i) => new PictureCurve(PictureColors.Of(i), 3f, LinePattern.Solid, [.. rows.Select(row => row.Step)], [.. rows.Select(row => row.Quartiles[i].Median)])
        {
            Low = [.. rows.Select(row => row.Quartiles[i].Low)],
            High = [.. rows.Select(row => row.Quartiles[i].High)],
            BandOpacity = 0.25,
        }),
    ],
    scale);

    private static double Edge(PictureScale scale, int edge) => scale.Low + (scale.High - scale.Low) * edge / Bins;

    private static double[] Shares(double[] values, PictureScale scale)
    {
        double[] shares = new double[Bins];
        foreach (double value in values)
            shares[Math.Clamp((int)((value - scale.Low) / (scale.High - scale.Low) * Bins), 0, Bins - 1)] += 100.0 / values.Length;
        return shares;
    }

    // Up from the axis, along each bin, and down again.
    private static double[] Staircase(double[] heights) => [0, .. heights.SelectMany(height => new[] { height, height }), 0];

    private static double Quantile(double[] sorted, double fraction) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)Math.Round(fraction * (sorted.Length - 1))];
}
