using Declarative.Reporting;
using Spectre.Console;

namespace Declarative.Tests.Reporting;

public sealed class LiveProgressTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly ManualTime time = new();

    public void Dispose() => output.Dispose();

    [Fact]
    public void Lines_are_kept_up_to_date_and_stay_when_the_run_has_ended()
    {
        ITrainingObserver progress = Start("learningRate", "momentum");
        for (int window = 0; window < 50; window++)
        {
            time.Advance(0.2);
            progress.OnWindow(Reports.Window(window, 10 * (window + 1), 0.5, 1e-4 * (window + 1), 0.9));
        }
        string[] running = new Screen(output.ToString()).Lines;
        Assert.Equal("glocal: 1,000 steps, window 10, 101,770 parameters, 2 hyperparameters learned", running[0]);
        Assert.Equal("glocal ━━━━━━━━━━━━━━━───────────────  50 %  500/1,000 steps  50 steps/s  0:10 left", running[2]);
        Assert.Equal("loss  training 0.5000  validation 0.7500", running[3]);
        Assert.Equal(["hyperparameter", "value", "local", "estimate", "step", "taken", "on"], Words(running[4]));
        Assert.Equal(["learningRate", "0.005", "0.333", "-", "Estimate"], Words(running[5]));
        Assert.Equal(["momentum", "0.9", "0.333", "-", "Estimate"], Words(running[6]));
        Assert.Equal("", running[7]);
        Assert.Equal(8, running.Length);

        progress.OnCompleted(Reports.Result(1000, 0.5));
        string[] ended = new Screen(output.ToString()).Lines;
        Assert.Equal(running[..7], ended[..7]);
        Assert.Equal("glocal: done in 6.3 s, validation loss 0.5000", ended[7]);
        Assert.Equal("", ended[8]);
    }

    [Fact]
    public void It_is_drawn_at_most_ten_times_a_second_and_at_the_end()
    {
        ITrainingObserver progress = Start("learningRate");
        for (int window = 0; window < 100; window++)
        {
            time.Advance(0.01);
            progress.OnWindow(Reports.Window(window, 10 * (window + 1), 0.5, 1e-4));
        }
        Assert.InRange(output.ToString().Split("steps/s").Length - 1, 10, 12);
        Assert.Contains("100 %  1,000/1,000 steps", new Screen(output.ToString()).Lines[2]);
    }

    [Fact]
    public void Rollbacks_checkpoints_and_a_failure_are_told_and_what_was_last_seen_stays()
    {
        ITrainingObserver progress = Start("learningRate");
        time.Advance(1);
        progress.OnWindow(Reports.Window(0, 10, 0.5, 1e-4));
        progress.OnRollback(new RollbackReport(1, 17, "the loss is NaN", .5));
        progress.OnCheckpoint(new CheckpointReport(10, "run.ckpt", 1234));
        progress.OnFailed(new OperationCanceledException());

        string[] lines = new Screen(output.ToString()).Lines;
        Assert.Contains("step 17: the loss is NaN; window 1 is taken again with 0.5 of the last move", lines);
        Assert.Contains("checkpoint of step 10: run.ckpt (1,234 bytes)", lines);
        Assert.Equal("glocal: cancelled after step 10", lines[^2]);
        Assert.Equal("", lines[^1]);
        Assert.Contains(lines, line => line.StartsWith("learningRate ", StringComparison.Ordinal));
    }

    [Fact]
    public void Many_hyperparameters_are_a_line_for_each_group_and_names_are_no_markup()
    {
        string[] names = [.. Enumerable.Range(0, 10_000).Select(i => $"weights[{i}]"), "[red]trap[/]"];
        ITrainingObserver progress = Start(names);
        time.Advance(1);
        progress.OnWindow(Reports.Window(0, 10, 0.5, [.. Enumerable.Range(0, 10_001).Select(i => (double)i)]));

        string[] lines = new Screen(output.ToString()).Lines;
        Assert.Contains(lines, line => line.StartsWith("weights (10,000)   5000 (0 to 9999)   0.333   -          Estimate 10,000", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("[red]trap[/]", StringComparison.Ordinal));
    }

    [Fact]
    public void A_small_terminal_is_not_overrun()
    {
        IAnsiConsole console = Terminal(width: 40, height: 5);
        ITrainingObserver progress = new LiveProgress("a run with a long name", console, time);
        progress.OnStarted(Reports.Plan(1000, 10, "learningRate", "momentum", "weightDecay"));
        int before = new Screen(output.ToString()).Lines.Length;
        for (int window = 0; window < 5; window++)
        {
            time.Advance(1);
            progress.OnWindow(Reports.Window(window, 10 * (window + 1), 0.5, 1, 2, 3));
        }
        string[] lines = new Screen(output.ToString()).Lines;
        Assert.InRange(lines.Length - before, 1, 4);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 40));
    }

    [Fact]
    public void The_public_observer_draws_too_where_it_is_asked_to()
    {
        ConsoleProgress progress = new("glocal", output, interactive: true);
        progress.OnStarted(Reports.Plan(100, 10, "learningRate"));
        progress.OnWindow(Reports.Window(9, 100, 0.5, 1e-4));
        progress.OnCompleted(Reports.Result(100, 0.5));
        Assert.Contains(new Screen(output.ToString()).Lines, line => line.StartsWith("learningRate", StringComparison.Ordinal));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private ITrainingObserver Start(params string[] names)
    {
        ITrainingObserver progress = new LiveProgress("glocal", Terminal(120, 40), time);
        progress.OnStarted(Reports.Plan(1000, 10, names));
        return progress;
    }

    private IAnsiConsole Terminal(int width, int height)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Out = new AnsiConsoleOutput(output),
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (width, height, true);
        return console;
    }
}
