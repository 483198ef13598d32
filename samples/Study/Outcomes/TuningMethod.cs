using Declarative;

namespace Samples.Study.Outcomes;

/// <summary>A way to tune while training.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">Its options for a task. The seed is set by the study; the horizon is the task's last step unless it is set here.</param>
internal sealed record TuningMethod(string Name, Func<OutcomeTask, GlocalOptions> Options)
{
    /// <summary>The images of a validation batch, drawn from 2,000; one is drawn for each window.</summary>
    public int ValidationBatch { get; init; } = 500;

    /// <summary>Whether it goes from window to window.</summary>
    public bool HasWindows { get; init; } = true;

    /// <summary>How the steps are taken; by default by one call of <see cref="BilevelTrainer.Run"/>.</summary>
    public Action<BilevelTrainer, OutcomeTask, ITrainingObserver[]> Run { get; init; } = (trainer, task, observers) => trainer.Run(task.Steps, observers);
}
