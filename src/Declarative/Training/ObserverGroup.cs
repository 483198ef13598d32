namespace Declarative;

/// <summary>The observers of a run. Each hears everything, whatever another one throws at the end.</summary>
internal sealed class ObserverGroup
{
    private readonly ITrainingObserver[] observers;

    /// <summary>All of them.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public ObserverGroup(IEnumerable<ITrainingObserver>? observers)
    {
        this.observers = [.. observers ?? []];
        if (Array.IndexOf(this.observers, null) >= 0)
            throw new ArgumentException("An observer is null.", nameof(observers));
    }

    /// <summary>The run begins.</summary>
    public void Started(TrainingPlan plan) => Array.ForEach(observers, observer => observer.OnStarted(plan));

    /// <summary>A window has been taken.</summary>
    public void Window(WindowReport window) => Array.ForEach(observers, observer => observer.OnWindow(window));

    /// <summary>A window has been taken back.</summary>
    public void RolledBack(RollbackReport rollback) => Array.ForEach(observers, observer => observer.OnRollback(rollback));

    /// <summary>A checkpoint has been written.</summary>
    public void Written(CheckpointReport checkpoint) => Array.ForEach(observers, observer => observer.OnCheckpoint(checkpoint));

    /// <summary>The run is over. What an observer throws comes through when all have heard of it.</summary>
    public void Completed(TrainingResult result)
    {
        List<Exception> thrown = [];
        foreach (ITrainingObserver observer in observers)
            Try(() => observer.OnCompleted(result), thrown);
        if (thrown.Count > 0)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown[0]);
    }

    /// <summary>An exception ends the run. One who cannot bear it must not hide what happened.</summary>
    public void Failed(Exception exception)
    {
        foreach (ITrainingObserver observer in observers)
            Try(() => observer.OnFailed(exception), []);
    }

    private static void Try(Action tell, List<Exception> thrown)
    {
        try
        {
            tell();
        }
        catch (Exception exception)
        {
            thrown.Add(exception);
        }
    }
}
