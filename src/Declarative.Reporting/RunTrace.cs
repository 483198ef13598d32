namespace Declarative.Reporting;

/// <summary>What is kept of one window: a few numbers for each group, however many hyperparameters there are.</summary>
internal sealed record TraceRow(long Step, double TrainingLoss, double ValidationLoss, Spread[] Values, Spread[] Local, Spread[] Estimate)
{
    public static TraceRow Of(WindowReport window, IReadOnlyList<HyperparameterGroup> groups) => new(
        window.Step, window.TrainingLoss, window.ValidationLoss,
        [.. groups.Select(group => group.Spread(window.Values))],
        [.. groups.Select(group => group.Spread(window.Local))],
        [.. groups.Select(group => group.Spread(window.Estimate))]);
}

/// <summary>What pictures and reports keep of one run. Its memory is bounded: of a long run every second, fourth, ... window is kept, and
/// always the last one.</summary>
/// <param name="method">The run's name in a legend.</param>
/// <param name="grouping">How coordinates are put together.</param>
internal sealed class RunTrace(string method, Func<IReadOnlyList<string>, IReadOnlyList<HyperparameterGroup>> grouping) : ITrainingObserver
{
    private const int MostRows = 2_000, FewestRows = 200, MostNumbers = 60_000;

    private ThinnedList<TraceRow> rows = new(MostRows);

    public string Method { get; } = method;

    public IReadOnlyList<HyperparameterGroup> Groups { get; private set; } = [];

    /// <summary>Of how many windows one is kept.</summary>
    public int Every => rows.Every;

    /// <summary>The rows kept, the last window's among them.</summary>
    public IReadOnlyList<TraceRow> Rows => rows.Items;

    public double[] Steps => [.. Rows.Select(row => (double)row.Step)];

    /// <summary>Numbers in one row.</summary>
    private int RowLength => 3 + Groups.Sum(group => group.IsWide ? 9 : 3);

    public void OnStarted(TrainingPlan plan)
    {
        Groups = grouping(plan.Names);
        rows = new(Math.Clamp(MostNumbers / RowLength, FewestRows, MostRows));
    }

    public void OnWindow(WindowReport window) => rows.Add(() => TraceRow.Of(window, Groups));

    /// <summary>Puts the rows of the run that is gone on with before those to come.</summary>
    /// <param name="earlier">Its rows.</param>
    /// <param name="every">Of how many windows one was kept.</param>
    public void Restore(IEnumerable<TraceRow> earlier, int every) => rows.Restore(earlier, every);

    /// <summary>The place of a group, by its name; -1 where this run had no such group.</summary>
    public int IndexOf(string name) => Groups.Index().Where(group => group.Item.Name == name).Select(group => group.Index).FirstOrDefault(-1);
}
