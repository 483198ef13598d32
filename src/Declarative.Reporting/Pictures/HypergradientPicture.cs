using ScottPlot;

namespace Declarative.Reporting;

/// <summary>Draws the local hypergradients of a run against the estimates of the global one: one PNG, a panel for each hyperparameter that was
/// learned, all with respect to u, on axes that are logarithmic on both sides of 0.</summary>
/// <remarks>A long vector of hyperparameters is one panel, its medians as lines and its ranges as bands. Where the two lines have different
/// signs, the local hypergradient would have moved the hyperparameter the wrong way, if the estimate is right.</remarks>
public sealed class HypergradientPicture : ITrainingObserver
{
    private const int PanelHeight = 190, MostPanels = 12;

    private readonly RunTrace trace;
    private readonly bool isOwner;

    /// <summary>Makes an observer of one run after another; the picture is of the last one.</summary>
    public HypergradientPicture() : this(new RunTrace("", HyperparameterGroup.Shown)) => isOwner = true;

    /// <summary>Draws a run that somebody else records.</summary>
    internal HypergradientPicture(RunTrace trace) => this.trace = trace;

    /// <summary>A line above the picture, if any.</summary>
    public string? Title { get; init; }

    /// <summary>Whether anything was learned that could be drawn.</summary>
    internal bool IsEmpty => Drawn().Count == 0;

    /// <inheritdoc/>
    public void OnStarted(TrainingPlan plan)
    {
        if (isOwner)
            trace.OnStarted(plan);
    }

    /// <inheritdoc/>
    public void OnWindow(WindowReport window)
    {
        if (isOwner)
            trace.OnWindow(window);
    }

    /// <summary>Writes the picture.</summary>
    /// <param name="path">The PNG file; its directory is created where needed.</param>
    /// <param name="width">The width in pixels, at least 600; the height follows from the number of panels.</param>
    /// <exception cref="InvalidOperationException">No window with a hypergradient has been recorded yet.</exception>
    /// <exception cref="IOException">The file cannot be written there.</exception>
    public void Save(string path, int width = 1200) => PictureFile.Save(Encode(width), path);

    internal byte[] Encode(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 600);
        List<int> drawn = Drawn();
        if (drawn.Count == 0)
            throw new InvalidOperationException("There is nothing to draw: no window with a hypergradient has been recorded.");

        string? title = drawn.Count <= MostPanels ? Title : $"{Title ?? "hypergradients"} (the first {MostPanels} of {drawn.Count})";
        PicturePanel[] panels = [.. drawn.Take(MostPanels).Select(Panel)];
        PictureLegend legend = new(title, [("local", PictureColors.Of(1), LinePattern.Solid), ("estimate of the global one", PictureColors.Of(0), LinePattern.Solid)], width);
        PictureScale steps = PictureScale.Linear(0, trace.Rows[^1].Step);
        return PanelColumn.Encode(legend, panels, PanelHeight, steps, width);
    }

    /// <summary>The groups that have a hypergradient at any time.</summary>
    private List<int> Drawn() => [.. Enumerable.Range(0, trace.Groups.Count)
        .Where(group => trace.Rows.Any(row => double.IsFinite(row.Local[group].Median) || double.IsFinite(row.Estimate[group].Median)))];

    private PicturePanel Panel(int group)
    {
        IReadOnlyList<TraceRow> rows = trace.Rows;
        PictureCurve local = Curve(1, 3.5f, [.. rows.Select(row => row.Local[group])]);
        PictureCurve estimate = Curve(0, 1.6f, [.. rows.Select(row => row.Estimate[group])]);
        PictureScale scale = PictureScale.Symmetric(((IEnumerable<PictureCurve>)[local, estimate])
            .SelectMany(curve => curve.Values.Concat(curve.Low ?? []).Concat(curve.High ?? [])));
        PictureCurve zero = new(Color.FromHex("#9A9A9A"), 1, LinePattern.Dashed, [0, rows[^1].Step], [0, 0]);
        return new PicturePanel(trace.Groups[group].Name, [zero, local, estimate], scale);

        PictureCurve Curve(int color, float width, Spread[] course) =>
            new(PictureColors.Of(color), width, LinePattern.Solid, trace.Steps, [.. course.Select(spread => spread.Median)])
            {
                Low = trace.Groups[group].IsWide ? [.. course.Select(spread => spread.Low)] : null,
                High = trace.Groups[group].IsWide ? [.. course.Select(spread => spread.High)] : null,
            };
    }
}
