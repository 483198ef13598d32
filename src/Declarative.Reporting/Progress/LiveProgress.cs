using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Declarative.Reporting;

/// <summary>Progress on a terminal: lines that are kept up to date, at most ten times a second.</summary>
internal sealed class LiveProgress(string title, IAnsiConsole console, TimeProvider time) : ITrainingObserver
{
    private const int BarWidth = 30, MostGroups = 12;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private static readonly Style Quiet = new(Color.Grey), Done = new(Color.Green), Warning = new(Color.Yellow);

    private readonly LiveRegion region = new(console);
    private ProgressClock? clock;
    private TimeSpan lastDrawn;
    private long step;
    private WindowReport? latest;
    private RollbackReport? rollback;
    private int rollbacks;
    private CheckpointReport? checkpoint;
    private IReadOnlyList<HyperparameterGroup> groups = [];

    public void OnStarted(TrainingPlan plan)
    {
        clock = new ProgressClock(time, plan);
        groups = HyperparameterGroup.Shown(plan.Names);
        (lastDrawn, step, latest, rollback, rollbacks, checkpoint) = (TimeSpan.MinValue, plan.FirstStep, null, null, 0, null);
        region.Leave();
        foreach (string line in RunText.Opening(plan))
            Say(line);
    }

    public void OnWindow(WindowReport window)
    {
        (step, latest) = (window.Step, window);
        if (clock is { } running && (step >= running.End || lastDrawn == TimeSpan.MinValue || running.Elapsed - lastDrawn >= Refresh))
            Draw(running);
    }

    public void OnRollback(RollbackReport rollback)
    {
        (this.rollback, rollbacks) = (rollback, rollbacks + 1);
        if (clock is { } running)
            Draw(running);
    }

    public void OnCheckpoint(CheckpointReport checkpoint) => this.checkpoint = checkpoint;

    public void OnCompleted(TrainingResult result) => End(RunText.Of(result));

    public void OnFailed(Exception exception) => End(RunText.Of(exception, step));

    private void Say(string text) => console.WriteLine($"{title}: {text}");

    private void End(string text)
    {
        if (clock is { } running && latest is not null)
            Draw(running);
        region.Leave();
        Say(text);
    }

    private void Draw(ProgressClock clock)
    {
        lastDrawn = clock.Elapsed;
        List<IRenderable> lines = [Bar(clock)];
        if (latest is { } window)
        {
            lines.Add(Losses(window));
            lines.AddRange(Hyperparameters(window));
        }
        if (rollback is not null)
            lines.Add(Line(Cut(rollbacks == 1 ? RunText.Of(rollback) : string.Create(CultureInfo.InvariantCulture, $"rollback {rollbacks:N0}: {RunText.Of(rollback)}")), Warning));
        if (checkpoint is not null)
            lines.Add(Line(Cut(RunText.Of(checkpoint)), Quiet));
        region.Draw(new Rows(lines));
    }

    // No text is markup: names and messages are whatever a program made them.
    private static Text Line(string text, Style? style = null) => new(NumberText.OneLine(text), style) { Overflow = Overflow.Ellipsis };

    // A line that is too long for the terminal would take two, and the table would jump.
    private string Cut(string text) =>
        text.TrimEnd() is var trimmed && trimmed.Length < console.Profile.Width ? trimmed : trimmed[..Math.Max(0, console.Profile.Width - 2)] + "…";

    private Paragraph Bar(ProgressClock clock)
    {
        (char full, char empty) = console.Profile.Capabilities.Unicode ? ('━', '─') : ('#', '-');
        int filled = (int)(BarWidth * clock.Part(step));
        string left = clock.Left(step) is { } time && step < clock.End ? $"  {NumberText.Time(time)} left" : "";
        return new Paragraph($"{title} ").Append(new string(full, filled), Done).Append(new string(empty, BarWidth - filled), Quiet)
            .Append(string.Create(CultureInfo.InvariantCulture, $" {(int)(100 * clock.Part(step)),3} %  {step:N0}/{clock.End:N0} steps"))
            .Append($"  {NumberText.Rate(clock.Rate(step))} steps/s{left}", Quiet);
    }

    private static Text Losses(WindowReport window)
    {
        string solver = window.Solver is { } report ? $"  {SolverText.Of(report)}" : "";
        return Line($"loss  training {NumberText.Loss(window.TrainingLoss)}  validation {NumberText.Loss(window.ValidationLoss)}{solver}");
    }

    /// <summary>A line for each group. Columns are as wide as what is in them; the last one gets what the terminal has left.</summary>
    private IEnumerable<IRenderable> Hyperparameters(WindowReport window)
    {
        string[][] table =
        [
            ["hyperparameter", "value", "local", "estimate", "step taken on"],
            .. groups.Take(MostGroups).Select(group => (string[])
            [
                NumberText.OneLine(group.Label),
                NumberText.Spread(group.Spread(window.Values), group.IsWide),
                Median(group, window.Local),
                Median(group, window.Estimate),
                RunText.Decisions(window.Decisions.AsSpan(group.Start, group.Count)),
            ]),
        ];
        int[] widths = [.. Enumerable.Range(0, table[0].Length).Select(column => table.Max(row => row[column].Length))];
        for (int i = 0; i < table.Length; i++)
        {
            string text = Cut(string.Join("   ", table[i].Select((cell, column) => cell.PadRight(widths[column]))));
            yield return i == 0 ? Line(text, Quiet) : Line(text);
        }
        if (groups.Count > MostGroups)
            yield return Line($"and {groups.Count - MostGroups} more", Quiet);
    }

    private static string Median(HyperparameterGroup group, double[] hypergradients) =>
        group.Spread(hypergradients).Median is var median && double.IsNaN(median) ? "-" : NumberText.Short(median);
}
