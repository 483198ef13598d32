using Spectre.Console;

namespace Declarative.Reporting;

/// <summary>Shows how a run comes along: steps, speed and time left, losses, the present hyperparameters and what their last steps were taken
/// on, rollbacks and checkpoints.</summary>
/// <remarks>On a terminal a few lines are kept up to date, and stay when the run has ended, however it ended: nothing of the terminal is
/// changed that would have to be set back. Where the output goes to a file, a pipe, a build server or a terminal that can only be written
/// on, about ten plain lines a run are written instead, and one at least every minute.</remarks>
public sealed class ConsoleProgress : ITrainingObserver
{
    private readonly ITrainingObserver display;

    /// <summary>Makes an observer for one run after another.</summary>
    /// <param name="title">What the lines begin with: the run's or the method's name.</param>
    /// <param name="output">Where to write; the console's output by default.</param>
    /// <param name="interactive">Whether to keep lines up to date with ANSI control sequences; by default where the console's output is a
    /// terminal that knows them.</param>
    public ConsoleProgress(string title = "training", TextWriter? output = null, bool? interactive = null)
    {
        ArgumentNullException.ThrowIfNull(title);
        if (interactive ?? (output is null && IsTerminal()))
            display = new LiveProgress(title, Terminal(output, isSure: interactive == true), TimeProvider.System);
        else
            display = new PlainProgress(title, output ?? Console.Out, TimeProvider.System);
    }

    /// <inheritdoc/>
    public void OnStarted(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        display.OnStarted(plan);
    }

    /// <inheritdoc/>
    public void OnWindow(WindowReport window)
    {
        ArgumentNullException.ThrowIfNull(window);
        display.OnWindow(window);
    }

    /// <inheritdoc/>
    public void OnRollback(RollbackReport rollback) => display.OnRollback(rollback);

    /// <inheritdoc/>
    public void OnCheckpoint(CheckpointReport checkpoint) => display.OnCheckpoint(checkpoint);

    /// <inheritdoc/>
    public void OnCompleted(TrainingResult result) => display.OnCompleted(result);

    /// <inheritdoc/>
    public void OnFailed(Exception exception) => display.OnFailed(exception);

    private static bool IsTerminal() => !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb"
        && AnsiConsole.Profile.Capabilities.Ansi;

    private static IAnsiConsole Terminal(TextWriter? output, bool isSure) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = isSure ? AnsiSupport.Yes : AnsiSupport.Detect,
        Out = new AnsiConsoleOutput(output ?? Console.Out),
    });
}
