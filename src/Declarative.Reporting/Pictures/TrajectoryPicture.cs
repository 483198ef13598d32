using ScottPlot;

namespace Declarative.Reporting;

/// <summary>Draws how the hyperparameters and the losses of one or more runs moved: one PNG, its panels stacked over the same steps,
/// one panel per hyperparameter and one for the losses, one colour per method, logarithmic axes where all values are positive.</summary>
/// <remarks>A vector of hyperparameters is one panel: the median as a line, the range from the smallest to the largest as a band.
/// One that nothing ever moved has no panel, unless that is true of all; of many, the first sixteen have one.
/// Text is drawn in a font that this library brings along, so a picture is the same on a machine without fonts.</remarks>
public sealed class TrajectoryPicture
{
    private const int PanelHeight = 210, MostPanels = 16;

    private readonly string? title;
    private readonly List<RunTrace> traces = [];

    /// <summary>Makes an empty picture.</summary>
    /// <param name="title">A line above the panels, if any.</param>
    public TrajectoryPicture(string? title = null) => this.title = title;

    /// <summary>An observer that records one run for the picture.</summary>
    /// <param name="method">The run's name in the legend.</param>
    public ITrainingObserver Observe(string method)
    {
        ArgumentNullException.ThrowIfNull(method);
        RunTrace trace = new(method, HyperparameterGroup.Of);
        traces.Add(trace);
        return trace;
    }

    /// <summary>Draws a run that somebody else records.</summary>
    internal void Add(RunTrace trace) => traces.Add(trace);

    /// <summary>Writes the picture of all that was recorded so far.</summary>
    /// <param name="path">The PNG file; its directory is created where needed.</param>
    /// <param name="width">The width in pixels, at least 600; the height follows from the number of panels.</param>
    /// <exception cref="InvalidOperationException">No window has been recorded yet.</exception>
    /// <exception cref="IOException">The file cannot be written there.</exception>
    public void Save(string path, int width = 1200) => PictureFile.Save(Encode(width), path);

    /// <summary>The picture as a PNG file's contents.</summary>
    internal byte[] Encode(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 600);
        if (traces.All(trace => trace.Rows.Count == 0))
            throw new InvalidOperationException("There is nothing to draw: no window has been recorded.");

        IReadOnlyList<string> names = NamesToShow();
        PicturePanel[] panels = [.. names.Take(MostPanels).Select(ParameterPanel), LossPanel()];
        string? heading = names.Count <= MostPanels ? title : $"{title ?? "hyperparameters"} (the first {MostPanels} of {names.Count})";
        PictureLegend legend = new(heading, LegendEntries(), width);
        PictureScale steps = PictureScale.Linear(0, traces.Where(trace => trace.Rows.Count > 0).Max(trace => trace.Rows[^1].Step));
        return PanelColumn.Encode(legend, panels, PanelHeight, steps, width);
    }

    /// <summary>Whether any hyperparameter moved.</summary>
    internal bool HasMoved => Names().Any(HasMovedOf);

    private IReadOnlyList<string> NamesToShow()
    {
        string[] all = [.. Names()], moving = [.. all.Where(HasMovedOf)];
        return moving.Length > 0 ? moving : all;
    }

    private IEnumerable<string> Names() => traces.SelectMany(trace => trace.Groups).Select(group => group.Name).Distinct();

    private bool HasMovedOf(string name) => traces.SelectMany(trace => Course(trace, name) ?? []).Distinct().Skip(1).Any();

    private PicturePanel ParameterPanel(string name)
    {
        List<PictureCurve> curves = [];
        for (int i = 0; i < traces.Count; i++)
        {
            if (Course(traces[i], name) is not { } course)
                continue;
            bool isWide = traces[i].Groups[traces[i].IndexOf(name)].IsWide;
            curves.Add(new PictureCurve(PictureColors.Of(i), WidthOf(i), LinePattern.Solid, traces[i].Steps, [.. course.Select(spread => spread.Median)])
            {
                Low = isWide ? [.. course.Select(spread => spread.Low)] : null,
                High = isWide ? [.. course.Select(spread => spread.High)] : null,
            });
        }
        return new PicturePanel(name, curves);
    }

    private static Spread[]? Course(RunTrace trace, string name) =>
        trace.IndexOf(name) is >= 0 and int index ? [.. trace.Rows.Select(row => row.Values[index])] : null;

    private PicturePanel LossPanel()
    {
        List<PictureCurve> curves = [];
        for (int i = 0; i < traces.Count; i++)
        {
            IReadOnlyList<TraceRow> rows = traces[i].Rows;
            curves.Add(new PictureCurve(PictureColors.Of(i), 1.5f, LinePattern.Dotted, traces[i].Steps, [.. rows.Select(row => row.TrainingLoss)]));
            curves.Add(new PictureCurve(PictureColors.Of(i), WidthOf(i), LinePattern.Solid, traces[i].Steps, [.. rows.Select(row => row.ValidationLoss)]));
        }
        return new PicturePanel("loss", curves);
    }

    private List<(string, Color, LinePattern)> LegendEntries() =>
    [
        .. traces.Select((trace, i) => (trace.Method, PictureColors.Of(i), LinePattern.Solid)),
        ("validation loss", Color.FromHex("#707070"), LinePattern.Solid),
        ("training loss", Color.FromHex("#707070"), LinePattern.Dotted),
    ];

    /// <summary>Later lines are thinner, so that one that covers an earlier one leaves its edges to be seen.</summary>
    private float WidthOf(int method) => Math.Min(1.8f + 2f * (traces.Count - 1 - method), 9);
}
