namespace Declarative;

/// <summary>Watches a run. Observers are called on the training thread, receive numbers and no tensors, and change nothing.</summary>
public interface ITrainingObserver
{
    /// <summary>Called once, before the first step.</summary>
    void OnStarted(TrainingPlan plan) { }

    /// <summary>Called after each window, when its outer step has been taken.</summary>
    void OnWindow(WindowReport window) { }

    /// <summary>Called when a window went wrong, before it is taken again after a smaller outer step.</summary>
    void OnRollback(RollbackReport rollback) { }

    /// <summary>Called when a checkpoint has been written.</summary>
    void OnCheckpoint(CheckpointReport checkpoint) { }

    /// <summary>Called once, after the last step. Not called when the run throws.</summary>
    void OnCompleted(TrainingResult result) { }

    /// <summary>Called once where the run ends by an exception, its cancellation too, in place of <see cref="OnCompleted"/>. What it throws
    /// itself is lost.</summary>
    void OnFailed(Exception exception) { }
}
