using Declarative.Reporting;

namespace Declarative.Tests.Reporting;

public sealed class ConsoleProgressTests
{
    [Fact]
    public void Redirected_output_gets_a_line_per_tenth_of_the_run()
    {
        string[] lines = Show(interactive: false).Split(Environment.NewLine);

        Assert.Equal("glocal: 2,000 steps, window 10, 101,770 parameters, 52 hyperparameters learned", lines[0]);
        Assert.Equal("glocal: forward mode (as asked for)", lines[1]);
        Assert.StartsWith("glocal:  10% 200/2000  training 0.5000  validation 0.7500  ", lines[2]);
        Assert.Contains("  learningRate 1e-4 momentum 0.9 weights 25  ", lines[2]);
        Assert.Matches(" [0-9,]+ steps/s  0:00 left$", lines[2]);
        Assert.EndsWith(" steps/s", lines[11]);
        Assert.StartsWith("glocal: 100% 2000/2000", lines[11]);
        Assert.Equal("glocal: done in 6.3 s, validation loss 0.5000", lines[12]);
        Assert.Equal(14, lines.Length);
        Assert.DoesNotContain('\r', string.Concat(lines));
    }

    [Fact]
    public void A_run_that_goes_on_counts_its_own_tenths_and_speed_and_tells_where_it_stands()
    {
        ManualTime time = new();
        using StringWriter output = new();
        ITrainingObserver progress = new PlainProgress("run", output, time);
        progress.OnStarted(Reports.Plan(1000, 10, "learningRate") with { FirstStep = 3000 });
        time.Advance(10);
        progress.OnWindow(Reports.Window(300, 3010, 0.5, .1));
        progress.OnCheckpoint(new CheckpointReport(3010, "run.ckpt", 100));
        progress.OnWindow(Reports.Window(309, 3100, 0.5, .1));
        progress.OnFailed(new InvalidOperationException("two\nlines"));

        string[] lines = output.ToString().Split(Environment.NewLine);
        Assert.Equal("run: 1,000 steps after step 3,000, window 10, 101,770 parameters, 1 hyperparameter learned", lines[0]);
        Assert.Equal("run:  77% 3100/4000  training 0.5000  validation 0.7500  learningRate 0.1  checkpoint 3010  10 steps/s  1:30 left", lines[2]);
        Assert.Equal("run: stopped by an error after step 3,100: two lines", lines[3]);
        Assert.Equal(5, lines.Length);
    }

    [Fact]
    public void A_silent_minute_is_too_long()
    {
        ManualTime time = new();
        using StringWriter output = new();
        ITrainingObserver progress = new PlainProgress("run", output, time);
        progress.OnStarted(Reports.Plan(100_000, 10, "learningRate"));
        foreach (int window in Enumerable.Range(1, 4))
        {
            time.Advance(31);
            progress.OnWindow(Reports.Window(window, 10 * window, 0.5, .1));
        }
        Assert.Equal(2 + 2, output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Notes_a_window_that_was_taken_back_and_a_solver_that_did_not_converge_are_said()
    {
        using StringWriter output = new();
        ConsoleProgress progress = new("run", output, interactive: false);
        progress.OnStarted(Reports.Plan(100, 10, "learningRate") with { Notes = ["attention uses its composite form"] });
        progress.OnRollback(new RollbackReport(3, 37, "the gradient of parameter 'hidden.weight' is not finite", .25));
        progress.OnWindow(Reports.Window(9, 100, 0.5, .1) with { Solver = new SolverReport("conjugate gradients", 50, .02, IsConverged: false, Note: "") });
        string[] lines = output.ToString().Split(Environment.NewLine);
        Assert.Equal("run: attention uses its composite form", lines[2]);
        Assert.Equal("run: step 37: the gradient of parameter 'hidden.weight' is not finite; window 3 is taken again with 0.25 of the last move", lines[3]);
        Assert.Contains("  conjugate gradients 50 iterations, not converged: 0.02  ", lines[4]);
    }

    private static string Show(bool interactive)
    {
        using StringWriter output = new();
        ConsoleProgress progress = new("glocal", output, interactive);
        string[] names = ["learningRate", "momentum", .. Enumerable.Range(0, 50).Select(i => $"weights[{i}]")];
        progress.OnStarted(Reports.Plan(2000, 10, names));
        double[] values = [1e-4, 0.9, .. Enumerable.Range(0, 50).Select(i => (double)i)];
        for (int window = 0; window < 200; window++)
            progress.OnWindow(Reports.Window(window, 10 * (window + 1), 0.5, values));
        progress.OnCompleted(Reports.Result(2000, 0.5));
        return output.ToString();
    }
}
