namespace Declarative.Reporting;

/// <summary>Writes event files that TensorBoard shows: charts of both losses, of every hyperparameter, of its local and its estimated
/// hypergradient (with respect to u) and of the trust in it, and texts of what the run is, of rollbacks and of how it ended.</summary>
/// <remarks>
/// <para>Tags: <c>loss/training</c>, <c>loss/validation</c>, <c>hyperparameter/NAME</c>, <c>hypergradient.local/NAME</c>,
/// <c>hypergradient.estimate/NAME</c>, <c>trust/NAME</c> (the factor on the outer step; 0 where it took none), <c>run/...</c>. A vector
/// of more than four hyperparameters has three charts, <c>NAME/median</c>, <c>NAME/smallest</c> and <c>NAME/largest</c>, in place of one each.
/// Charts hold single-precision numbers; hypergradients that are not computed have no points.</para>
/// <para>Each run writes a new file into the directory. One that goes on after a checkpoint marks what the files before it hold
/// of later steps as void, so that no chart shows a step twice. Use a directory for each run that is to be told apart.</para>
/// <para>Every window's points are in the file when its report returns. A file that cannot be written while a run lasts does not end it: the
/// error output says so once, and points wait until they can be written.</para>
/// </remarks>
public sealed class TensorBoardLog : ITrainingObserver
{
    private readonly TimeProvider time;
    private EventFile? file;
    private IReadOnlyList<HyperparameterGroup> groups = [];
    private long step;

    /// <summary>Makes an observer for one run after another.</summary>
    /// <param name="directory">The run's directory; TensorBoard shows all directories below the one that it is given.</param>
    /// <exception cref="IOException">The directory cannot be made there.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be made there.</exception>
    public TensorBoardLog(string directory) : this(directory, TimeProvider.System)
    {
    }

    internal TensorBoardLog(string directory, TimeProvider time)
    {
        this.time = time;
        DirectoryPath = Path.GetFullPath(directory);
        Directory.CreateDirectory(DirectoryPath);
    }

    /// <summary>The full path of the directory.</summary>
    public string DirectoryPath { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">A file cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written there.</exception>
    public void OnStarted(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        file = new EventFile(DirectoryPath, time);
        groups = HyperparameterGroup.Shown(plan.Names);
        step = plan.FirstStep;
        if (plan.FirstStep > 0)
            file.StartFrom(plan.FirstStep + 1);
        file.Text(step, "run/plan", string.Join("\n\n", [RunText.Announcement(plan), plan.Mode, .. plan.Notes]));
        file.Flush();
    }

    /// <inheritdoc/>
    public void OnWindow(WindowReport window)
    {
        ArgumentNullException.ThrowIfNull(window);
        step = window.Step;
        file?.Scalars(step, Scalars(window));
        file?.TryFlush();
    }

    /// <inheritdoc/>
    public void OnRollback(RollbackReport rollback) => Say("run/rollback", RunText.Of(rollback));

    /// <inheritdoc/>
    public void OnCheckpoint(CheckpointReport checkpoint) => Say("run/checkpoint", RunText.Of(checkpoint));

    /// <inheritdoc/>
    public void OnCompleted(TrainingResult result) => End(RunText.Of(result));

    /// <inheritdoc/>
    public void OnFailed(Exception exception) => End(RunText.Of(exception, step));

    private void Say(string tag, string text)
    {
        file?.Text(step, tag, text);
        file?.TryFlush();
    }

    private void End(string text)
    {
        Say("run/outcome", text);
        file = null;
    }

    private IEnumerable<(string, double)> Scalars(WindowReport window)
    {
        yield return ("loss/training", window.TrainingLoss);
        yield return ("loss/validation", window.ValidationLoss);
        double[] scales = [.. window.Decisions.Select(decision => decision.Source == HypergradientSource.None ? 0 : decision.Scale)];
        foreach (HyperparameterGroup group in groups)
        {
            bool isLearned = window.Local.AsSpan(group.Start, group.Count).ContainsAnyExcept(double.NaN);
            foreach (var point in Points("hyperparameter", group, window.Values))
                yield return point;
            if (!isLearned)
                continue;
            foreach (var point in (IEnumerable<(string, double)>)
                [.. Points("hypergradient.local", group, window.Local), .. Points("hypergradient.estimate", group, window.Estimate), .. Points("trust", group, scales)])
                yield return point;
        }
    }

    private static IEnumerable<(string, double)> Points(string kind, HyperparameterGroup group, double[] numbers)
    {
        Spread spread = group.Spread(numbers);
        return group.IsWide
            ? [($"{kind}/{group.Name}/median", spread.Median), ($"{kind}/{group.Name}/smallest", spread.Low), ($"{kind}/{group.Name}/largest", spread.High)]
            : [($"{kind}/{group.Name}", spread.Median)];
    }
}
