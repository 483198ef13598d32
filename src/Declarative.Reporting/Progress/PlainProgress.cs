using System.Globalization;
using System.Text;

namespace Declarative.Reporting;

/// <summary>Progress in plain lines: about ten a run, and one at least every minute.</summary>
internal sealed class PlainProgress(string title, TextWriter output, TimeProvider time) : ITrainingObserver
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private ProgressClock? clock;
    private TimeSpan lastLine;
    private long lastTenth, step;
    private CheckpointReport? checkpoint;
    private IReadOnlyList<HyperparameterGroup> groups = [];

    public void OnStarted(TrainingPlan plan)
    {
        clock = new ProgressClock(time, plan);
        groups = HyperparameterGroup.Of(plan.Names);
        (lastLine, lastTenth, step, checkpoint) = (TimeSpan.Zero, 0, plan.FirstStep, null);
        foreach (string line in RunText.Opening(plan))
            Say(line);
    }

    public void OnWindow(WindowReport window)
    {
        step = window.Step;
        if (clock is null || !IsDue())
            return;
        lastLine = clock.Elapsed;
        Say(Describe(window, clock));
        checkpoint = null;
    }

    public void OnRollback(RollbackReport rollback) => Say(RunText.Of(rollback));

    // Told with the next line: checkpoints may be frequent.
    public void OnCheckpoint(CheckpointReport checkpoint) => this.checkpoint = checkpoint;

    public void OnCompleted(TrainingResult result) => Say(RunText.Of(result));

    public void OnFailed(Exception exception) => Say(RunText.Of(exception, step));

    private void Say(string text) => output.WriteLine($"{title}: {text}");

    private bool IsDue()
    {
        long tenth = clock!.Tenth(step);
        if (tenth == lastTenth && clock.Elapsed - lastLine < LongestSilence)
            return false;
        lastTenth = tenth;
        return true;
    }

    private string Describe(WindowReport window, ProgressClock clock)
    {
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{(int)(100 * clock.Part(step)),3}% {step}/{clock.End}");
        line.Append(CultureInfo.InvariantCulture, $"  training {NumberText.Loss(window.TrainingLoss)}  validation {NumberText.Loss(window.ValidationLoss)} ");
        foreach (HyperparameterGroup group in groups)
            line.Append(CultureInfo.InvariantCulture, $" {group.Name} {NumberText.Short(group.Spread(window.Values).Median)}");
        if (window.Solver is { } solver)
            line.Append("  ").Append(SolverText.Of(solver));
        if (checkpoint is not null)
            line.Append(CultureInfo.InvariantCulture, $"  checkpoint {checkpoint.Step}");
        line.Append(CultureInfo.InvariantCulture, $"  {NumberText.Rate(clock.Rate(step))} steps/s");
        if (clock.Left(step) is { } left && step < clock.End)
            line.Append(CultureInfo.InvariantCulture, $"  {NumberText.Time(left)} left");
        return line.ToString();
    }
}
