namespace Declarative;

/// <summary>What a trainer is at: a loss, a batch source or an observer that asks it for more meanwhile would run it within itself.</summary>
internal sealed class TrainerActivity
{
    private bool isRunning;
    private bool takesSteps;

    /// <summary>Begins a run, which lasts until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">The trainer is at something else.</exception>
    public IDisposable Run()
    {
        CheckIdle();
        isRunning = true;
        return new End(() => isRunning = false);
    }

    /// <summary>Begins steps, which calls losses and batch sources, until the result is disposed. A run may be under way.</summary>
    public IDisposable TakeSteps()
    {
        takesSteps = true;
        return new End(() => takesSteps = false);
    }

    /// <summary>Refuses what may only be done while the trainer is at nothing.</summary>
    /// <exception cref="InvalidOperationException">It is at something.</exception>
    public void CheckIdle() => Refuse(isRunning || takesSteps);

    /// <summary>Refuses what an observer may do between two windows, but nobody during steps.</summary>
    /// <exception cref="InvalidOperationException">The trainer takes steps.</exception>
    public void CheckBetweenSteps() => Refuse(takesSteps);

    private static void Refuse(bool isBusy)
    {
        if (isBusy)
            throw new InvalidOperationException("The trainer is running: a loss, a batch source or an observer must not run or dispose it. Do that when its run has "
                + "returned.");
    }

    private sealed class End(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
