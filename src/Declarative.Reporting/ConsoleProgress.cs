using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Declarative.Reporting;

/// <summary>Shows how a run comes along: percent, steps, losses, speed and the present hyperparameters.</summary>
/// <remarks>On a terminal one line is kept up to date; where the output goes to a file or a pipe, about ten plain lines a run are
/// written instead, and one at least every minute.</remarks>
public sealed class ConsoleProgress : ITrainingObserver
{
    private const int PlainLines = 10;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100), PlainRefresh = TimeSpan.FromMinutes(1);

    private readonly string title;
    private readonly TextWriter output;
    private readonly bool interactive;
    private readonly Stopwatch clock = new();
    private TimeSpan lastLine;
    private long lastTenth;
    private int lastLength;
    private TrainingPlan? plan;
    private IReadOnlyList<HyperparameterGroup> groups = [];

    /// <summary>Makes an observer for one run after another.</summary>
    /// <param name="title">What the lines begin with: the run's or the method's name.</param>
    /// <param name="output">Where to write; the console's output by default.</param>
    /// <param name="interactive">Whether to rewrite one line with carriage returns; by default where the output is a terminal.</param>
    public ConsoleProgress(string title = "training", TextWriter? output = null, bool? interactive = null)
    {
        this.title = title;
        this.output = output ?? Console.Out;
        this.interactive = interactive ?? (output is null && !Console.IsOutputRedirected);
    }

    /// <inheritdoc/>
    public void OnStarted(TrainingPlan plan)
    {
        this.plan = plan;
        groups = HyperparameterGroup.Of(plan.Names);
        (lastLine, lastTenth, lastLength) = (TimeSpan.Zero, 0, 0);
        clock.Restart();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {plan.Steps:N0} steps, window {plan.Window}, " +
            $"{plan.Parameters:N0} parameters, {plan.Learned:N0} {(plan.Learned == 1 ? "hyperparameter" : "hyperparameters")} learned"));
        if (plan.Learned > 0)
            output.WriteLine($"{title}: {plan.Mode}");
        foreach (string note in plan.Notes)
            output.WriteLine($"{title}: {note}");
    }

    /// <inheritdoc/>
    public void OnRollback(RollbackReport rollback) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{title}: step {rollback.Step:N0}: {rollback.Reason}; window {rollback.Window} is taken again with {rollback.MoveScale:0.##} of the last move"));

    /// <inheritdoc/>
    public void OnWindow(WindowReport window)
    {
        if (plan is null || !IsDue(window))
            return;
        lastLine = clock.Elapsed;
        string line = Describe(window);
        if (interactive)
            Rewrite(line);
        else
            output.WriteLine(line);
    }

    /// <inheritdoc/>
    public void OnCompleted(TrainingResult result)
    {
        if (interactive)
            Rewrite("");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{title}: done in {result.Elapsed.TotalSeconds:0.0} s, validation loss {result.ValidationLoss:0.0000}"));
    }

    private bool IsDue(WindowReport window)
    {
        bool last = window.Step >= plan!.Steps;
        if (interactive)
            return last || window.Window == 0 || clock.Elapsed - lastLine >= Refresh;
        long tenth = window.Step * PlainLines / plan.Steps;
        if (tenth == lastTenth && clock.Elapsed - lastLine < PlainRefresh)
            return false;
        lastTenth = tenth;
        return true;
    }

    private string Describe(WindowReport window)
    {
        double speed = window.Step / Math.Max(clock.Elapsed.TotalSeconds, 1e-3);
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{title}: {100 * window.Step / plan!.Steps,3}% {window.Step}/{plan.Steps}");
        line.Append(CultureInfo.InvariantCulture, $"  training {window.TrainingLoss:0.0000}  validation {window.ValidationLoss:0.0000} ");
        foreach (HyperparameterGroup group in groups)
            line.Append(CultureInfo.InvariantCulture, $" {group.Name} {Short(group.Spread(window.Values).Median)}");
        if (window.Solver is { } solver)
            line.Append(CultureInfo.InvariantCulture, $"  {solver.Solver} {solver.Iterations} iterations{(solver.IsConverged ? "" : $", not converged: {solver.Residual:G2}")}");
        line.Append(CultureInfo.InvariantCulture, $"  {speed:0} steps/s");
        return line.ToString();
    }

    private static string Short(double value) =>
        value.ToString(Math.Abs(value) is > 0 and < 1e-3 ? "0.##e0" : "G3", CultureInfo.InvariantCulture);

    private void Rewrite(string line)
    {
        int width = TerminalWidth();
        if (line.Length > width)
            line = line[..(width - 1)] + "…";
        output.Write("\r" + line.PadRight(Math.Min(lastLength, width)) + (line.Length == 0 ? "\r" : ""));
        output.Flush();
        lastLength = line.Length;
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth > 1 ? Console.WindowWidth - 1 : 119;
        }
        catch (IOException)
        {
            return 119;
        }
    }
}
