using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>For losses that need no data.</summary>
public sealed class NoBatches : IBatchSource
{
    public Batch At(long step) => new(empty(0), empty(0), empty(0));
}

/// <summary>Says which step's batch was asked for last.</summary>
public sealed class CountingSource(IBatchSource inner) : IBatchSource
{
    public long Last { get; private set; }

    public Batch At(long step)
    {
        Last = step;
        return inner.At(step);
    }
}

/// <summary>Keeps what a run said and reported.</summary>
public sealed class WindowRecorder : ITrainingObserver
{
    public TrainingPlan? Plan { get; private set; }

    public List<WindowReport> Windows { get; } = [];

    public List<RollbackReport> Rollbacks { get; } = [];

    public void OnStarted(TrainingPlan plan) => Plan = plan;

    public void OnWindow(WindowReport window) => Windows.Add(window);

    public void OnRollback(RollbackReport rollback) => Rollbacks.Add(rollback);
}
