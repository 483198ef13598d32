using Declarative.Koopman;

namespace Declarative.Reporting;

/// <summary>How a run stands, or how it ended.</summary>
internal enum RunOutcome
{
    Running,
    Completed,
    Cancelled,
    Failed,
}

/// <summary>All that a report tells of a run, kept in bounded memory.</summary>
internal sealed class RunRecord(TimeProvider time) : ITrainingObserver
{
    private long began;

    public TrainingPlan? Plan { get; private set; }

    public RunTrace Trace { get; } = new("the run", HyperparameterGroup.Shown);

    public EigenvaluePicture Eigenvalues { get; } = new();

    public DecisionLog Decisions { get; } = new();

    public RunOutcome Outcome { get; private set; }

    /// <summary>What went wrong; null where nothing did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The steps taken.</summary>
    public long Step { get; private set; }

    /// <summary>The windows of this run.</summary>
    public long Windows { get; private set; }

    /// <summary>The step from which on numbers are told; not 0 where nothing is known of the run that this one goes on with.</summary>
    public long From { get; private set; }

    /// <summary>What each group began with; empty where that is not known.</summary>
    public Spread[] Start { get; private set; } = [];

    /// <summary>The last model of how the hypergradient evolved, and the step after which it was found.</summary>
    public (long Step, KoopmanReport Report)? Koopman { get; private set; }

    /// <summary>The last solver report of implicit mode.</summary>
    public SolverReport? Solver { get; private set; }

    public long Checkpoints { get; private set; }

    public CheckpointReport? LastCheckpoint { get; private set; }

    public IReadOnlyList<IReadOnlyList<string>> Environment { get; private set; } = [];

    public DateTimeOffset StartedAt { get; private set; }

    public TimeSpan Elapsed => time.GetElapsedTime(began);

    public void OnStarted(TrainingPlan plan)
    {
        Plan = plan;
        began = time.GetTimestamp();
        StartedAt = time.GetUtcNow();
        Trace.OnStarted(plan);
        Eigenvalues.OnStarted(plan);
        Decisions.Start(Trace.Groups);
        (Outcome, Failure, Step, From, Windows) = (RunOutcome.Running, null, plan.FirstStep, plan.FirstStep, 0);
        (Koopman, Solver, Checkpoints, LastCheckpoint) = (null, null, 0, null);
        double[] values = [.. plan.Values];
        Start = values.Length == plan.Names.Count ? [.. Trace.Groups.Select(group => group.Spread(values))] : [];
        Environment = RunEnvironment.Current(plan);
    }

    /// <summary>Goes on with what an earlier report tells up to the step at which this run begins.</summary>
    public void Restore(ReportData earlier)
    {
        Trace.Restore(earlier.Rows.Where(row => row.Step <= Plan!.FirstStep), earlier.Every);
        (From, Start) = (earlier.From, earlier.Start);
    }

    public void OnWindow(WindowReport window)
    {
        Step = window.Step;
        Windows++;
        Trace.OnWindow(window);
        Eigenvalues.OnWindow(window);
        Decisions.Add(window);
        if (window.Koopman is { } koopman)
            Koopman = (window.Step, koopman);
        Solver = window.Solver ?? Solver;
    }

    public void OnRollback(RollbackReport rollback) => Decisions.Add(rollback);

    public void OnCheckpoint(CheckpointReport checkpoint)
    {
        Checkpoints++;
        LastCheckpoint = checkpoint;
    }

    public void OnCompleted(TrainingResult result) => Outcome = RunOutcome.Completed;

    public void OnFailed(Exception exception) =>
        (Outcome, Failure) = (exception is OperationCanceledException ? RunOutcome.Cancelled : RunOutcome.Failed, exception);
}
