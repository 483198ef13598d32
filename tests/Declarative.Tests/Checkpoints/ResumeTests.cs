using Declarative.Koopman;
using static TorchSharp.torch;

namespace Declarative.Tests.Checkpoints;

/// <summary>A run that is stopped and resumed gives the numbers of one that was never interrupted, to the last bit.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("declarative-").FullName;

    public static TheoryData<string> Kinds => [.. Options.Keys];

    private static readonly Dictionary<string, GlocalOptions> Options = new()
    {
        ["default"] = new(),
        ["carried"] = new() { Mode = HypergradientMode.Forward, Memory = TangentMemory.Carried },
        ["discounted"] = new() { Mode = HypergradientMode.Forward, Memory = TangentMemory.Discounted(.8), Estimator = new TailMeanEstimator() },
        ["guarded"] = new() { Mode = HypergradientMode.Forward, Memory = TangentMemory.Guarded() },
        ["glocal"] = new() { Mode = HypergradientMode.Forward, Memory = TangentMemory.Reset, Estimator = new AffineHankelEstimator() },
        ["graphs"] = new() { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Graphs },
        ["states"] = new() { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.States },
        ["checkpoints"] = new() { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Checkpoints },
        ["implicit"] = new() { Mode = HypergradientMode.Implicit, Solver = new NeumannSeries() },
        ["plain"] = new(),
        ["weights"] = new(),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cancelled_run_goes_on_as_if_it_had_not_been(string kind)
    {
        using ResumableRun whole = New(kind, initial: 1);
        whole.Trainer.Run(ResumableRun.Steps, [whole.Recorder]);

        var folder = new CheckpointFolder(directory);
        using (ResumableRun first = New(kind, initial: 1))
        {
            first.Source.StopAt = 23;
            Assert.Throws<OperationCanceledException>(() => first.Trainer.Run(ResumableRun.Steps, [first.Recorder], folder, first.Source.Token));
            Assert.Equal(20, first.Trainer.Steps);
        }

        using ResumableRun second = New(kind, initial: 2);
        Assert.Equal(20, second.Trainer.Resume(folder)!.Step);
        Assert.Equal(20, second.Trainer.Steps);
        second.Trainer.Run(ResumableRun.Steps - 20, [second.Recorder], folder);

        Assert.Equal(whole.WindowsAfter(20), second.WindowsAfter(0));
        Assert.Equal(8, second.Recorder.Windows.Count);
        Assert.Equal(whole.State(), second.State());
        Assert.Equal(20, second.Recorder.Plan!.FirstStep);
        // What follows in brackets has been measured, each time anew.
        Assert.Equal(whole.Recorder.Plan!.Mode.Split('(')[0], second.Recorder.Plan.Mode.Split('(')[0]);
        Assert.Empty(second.Recorder.Plan.Notes);
    }

    [Fact]
    public void What_is_cancelled_goes_on_in_the_same_trainer_too()
    {
        using ResumableRun whole = New("guarded", initial: 1);
        whole.Trainer.Run(ResumableRun.Steps, [whole.Recorder]);

        using ResumableRun stopped = New("guarded", initial: 1);
        stopped.Source.StopAt = 33;
        Assert.Throws<OperationCanceledException>(() => stopped.Trainer.Run(ResumableRun.Steps, [stopped.Recorder], cancellation: stopped.Source.Token));
        stopped.Trainer.Run(ResumableRun.Steps - stopped.Trainer.Steps, [stopped.Recorder]);

        Assert.Equal(whole.WindowsAfter(0), stopped.WindowsAfter(0));
        Assert.Equal(whole.State(), stopped.State());
    }

    [Fact]
    public void Restarted_runs_and_global_hypergradients_can_be_cancelled()
    {
        using ResumableRun run = New("guarded", initial: 1);
        run.Trainer.Run(10);
        string before = run.State();
        run.Source.StopAt = 25;
        Assert.Throws<OperationCanceledException>(() => run.Trainer.GlobalHypergradient(30, run.Source.Token));
        Assert.Equal(before, run.State());
        Assert.Throws<OperationCanceledException>(() => run.Trainer.RunRestarted(20, 2, cancellation: run.Source.Token));
        Assert.Equal(before, run.State());
        run.Trainer.Run(5);
        Assert.Equal(15, run.Trainer.Steps);
    }

    [Fact]
    public void A_run_keeps_its_last_checkpoints_and_tells_its_observers()
    {
        using ResumableRun run = New("guarded", initial: 1);
        var told = new List<CheckpointReport>();
        var folder = new CheckpointFolder(directory) { Keep = 2, Interval = TimeSpan.Zero };
        File.WriteAllText(folder.FileOf(5) + ".unfinished", "left by a process that was killed");
        run.Trainer.Run(22, [new Listener(told)], folder);

        Assert.Equal([5, 10, 15, 20, 22], told.Select(report => report.Step));
        Assert.Equal([22, 20], folder.GetCheckpoints().Select(report => report.Step));
        Assert.Equal(2, Directory.GetFiles(directory).Length);
        Assert.All(folder.GetCheckpoints(), report => Assert.Equal(new FileInfo(report.Path).Length, report.Bytes));
    }

    [Fact]
    public void Between_two_checkpoints_passes_the_time_that_was_asked_for()
    {
        using ResumableRun run = New("guarded", initial: 1);
        var told = new List<CheckpointReport>();
        run.Trainer.Run(22, [new Listener(told)], new CheckpointFolder(directory) { Interval = TimeSpan.FromHours(1) });
        Assert.Equal([22], told.Select(report => report.Step));
    }

    [Fact]
    public void Where_there_is_no_checkpoint_a_run_begins_at_its_start()
    {
        using ResumableRun run = New("guarded", initial: 1);
        Assert.Null(run.Trainer.Resume(new CheckpointFolder(Path.Combine(directory, "not there"))));
        Assert.Equal(0, run.Trainer.Steps);
    }

    [Fact]
    public void A_checkpoint_holds_what_the_user_saves_by_hand()
    {
        using ResumableRun run = New("carried", initial: 1);
        Assert.Throws<InvalidOperationException>(() => new ResumableRun(new()).Trainer.Save(Path.Combine(directory, "none")));
        run.Trainer.Run(15);
        string file = Path.Combine(directory, "sub", "mine"), there = run.State();
        run.Trainer.Save(file);
        run.Trainer.Run(10);
        string later = run.State();
        run.Trainer.Resume(file);
        Assert.Equal(there, run.State());
        run.Trainer.Run(10);
        Assert.Equal(later, run.State());
    }

    [Fact]
    public void A_move_that_may_still_be_halved_is_halved_after_resuming_too()
    {
        using ResumableRun whole = New("guarded", initial: 1);
        whole.Source.FailAt = 31;
        whole.Trainer.Run(45, [whole.Recorder]);
        Assert.Single(whole.Recorder.Rollbacks);

        var folder = new CheckpointFolder(directory) { Interval = TimeSpan.Zero };
        using (ResumableRun first = New("guarded", initial: 1))
            first.Trainer.Run(30, checkpoints: folder);
        using ResumableRun second = New("guarded", initial: 2);
        second.Trainer.Resume(folder);
        second.Source.FailAt = 31;
        second.Trainer.Run(15, [second.Recorder]);
        Assert.Equal(whole.Recorder.Rollbacks, second.Recorder.Rollbacks);
        Assert.Equal(whole.WindowsAfter(30), second.WindowsAfter(0));
        Assert.Equal(whole.State(), second.State());
    }

    // What a window that is taken back has halved already is to be halved again.
    [Fact]
    public void Cancelled_while_a_window_is_taken_back_it_goes_on_as_if_it_had_not_been()
    {
        ResumableRun Scene()
        {
            var run = new ResumableRun(new() { Mode = HypergradientMode.Forward, Memory = TangentMemory.Guarded() }, only: "body.learningRate");
            // The whole move to the fourth window leads to where no loss is, and half of it does not.
            run.FailsWhen = () => run.Source.Last >= 15 && run.Problem.Hyperparameters["body.learningRate"].Value == forbidden;
            return run;
        }
        using (ResumableRun look = Scene())
        {
            look.Trainer.Run(15, [look.Recorder]);
            forbidden = look.Problem.Hyperparameters["body.learningRate"].Value;
        }
        using ResumableRun whole = Scene();
        whole.Trainer.Run(40, [whole.Recorder]);
        Assert.NotEmpty(whole.Recorder.Rollbacks);

        var folder = new CheckpointFolder(directory);
        using (ResumableRun first = Scene())
        {
            var stopping = new Stopping(first.Source.Stop);
            Assert.Throws<OperationCanceledException>(() => first.Trainer.Run(40, [stopping], folder, first.Source.Token));
            Assert.Equal(15, first.Trainer.Steps);
        }
        using ResumableRun second = Scene();
        second.Trainer.Resume(folder);
        second.Trainer.Run(25, [second.Recorder]);
        Assert.Equal(whole.Recorder.Rollbacks, second.Recorder.Rollbacks);
        Assert.Equal(whole.WindowsAfter(15), second.WindowsAfter(0));
        Assert.Equal(whole.State(), second.State());
    }

    [Fact]
    public void A_loss_that_leaves_its_weights_alone_later_on_goes_on()
    {
        using ResumableRun whole = New("weights", initial: 1);
        whole.WeightsUntil = 15;
        whole.Trainer.Run(30, [whole.Recorder]);

        using ResumableRun first = New("weights", initial: 1), second = New("weights", initial: 2);
        first.WeightsUntil = second.WeightsUntil = 15;
        first.Trainer.Run(20);
        first.Trainer.Save(Path.Combine(directory, "kept"));
        second.Trainer.Resume(Path.Combine(directory, "kept"));
        second.Trainer.Run(10, [second.Recorder]);
        Assert.Equal(whole.WindowsAfter(20), second.WindowsAfter(0));
        Assert.Equal(whole.State(), second.State());
    }

    [Fact]
    public void Batches_made_with_random_numbers_of_their_step_are_the_same_again()
    {
        using ResumableRun whole = New("guarded", initial: 1), first = New("guarded", initial: 1), second = New("guarded", initial: 2);
        whole.Source.IsNoisy = first.Source.IsNoisy = second.Source.IsNoisy = true;
        whole.Trainer.Run(30);
        var folder = new CheckpointFolder(directory) { Interval = TimeSpan.Zero };
        first.Trainer.Run(20, checkpoints: folder);
        second.Trainer.Resume(folder);
        second.Trainer.Run(10);
        Assert.Equal(whole.State(), second.State());
    }

    // A user's function may be a table.
    [Fact]
    public void A_schedule_is_only_asked_for_steps_of_the_run()
    {
        double[] table = [.. Enumerable.Range(0, 30).Select(step => 1 / (1.0 + step))];
        ResumableRun Scene(int initial) => new(new(), initial, schedule: Schedule.Of(step => table[step]));
        using ResumableRun whole = Scene(1), first = Scene(1), second = Scene(2);
        whole.Trainer.Run(30);
        first.Trainer.Run(20);
        first.Trainer.Save(Path.Combine(directory, "kept"));
        second.Trainer.Resume(Path.Combine(directory, "kept"));
        second.Trainer.Run(10);
        Assert.Equal(whole.State(), second.State());
    }

    [Fact]
    public void An_observer_that_asks_for_the_global_hypergradient_does_not_keep_a_run_from_stopping()
    {
        using ResumableRun run = New("guarded", initial: 1);
        run.Source.StopAt = 12;
        var asking = new Asking(() => run.Trainer.GlobalHypergradient(5));
        Assert.Throws<OperationCanceledException>(() => run.Trainer.Run(30, [asking], cancellation: run.Source.Token));
        Assert.InRange(run.Trainer.Steps, 5, 10);
    }

    [Fact]
    public void Where_the_last_checkpoint_cannot_be_written_that_is_thrown_and_observers_hear_of_it()
    {
        string folder = Path.Combine(directory, "gone");
        using ResumableRun run = New("guarded", initial: 1);
        run.Source.StopAt = 12;
        var asking = new Asking(() =>
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            File.WriteAllText(folder, "a file where a folder was");
        });
        Assert.ThrowsAny<IOException>(() => run.Trainer.Run(30, [asking], new CheckpointFolder(folder), run.Source.Token));
        Assert.IsAssignableFrom<IOException>(asking.Failure);
        run.Trainer.Run(5);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_or_is_in_use_is_refused_before_the_first_step()
    {
        string file = Path.Combine(directory, "file");
        File.WriteAllText(file, "");
        using ResumableRun run = New("guarded", initial: 1), other = New("guarded", initial: 1);
        Assert.ThrowsAny<IOException>(() => run.Trainer.Run(5, checkpoints: new CheckpointFolder(file)));
        var folder = new CheckpointFolder(Path.Combine(directory, "shared"));
        var asking = new Asking(() => Assert.Contains("is in use by another run",
            Assert.Throws<IOException>(() => other.Trainer.Run(5, checkpoints: new CheckpointFolder(folder.Path))).Message));
        run.Trainer.Run(5, [asking], folder);
        Assert.Equal((5, 0), (run.Trainer.Steps, other.Trainer.Steps));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void An_observer_that_throws_at_the_end_does_not_make_the_run_one_that_failed()
    {
        using ResumableRun run = New("guarded", initial: 1);
        var asking = new Asking(() => { }) { ThrowsAtEnd = true };
        var heard = new Asking(() => { });
        Assert.Throws<NotSupportedException>(() => run.Trainer.Run(5, [asking, heard]));
        Assert.Null(asking.Failure);
        Assert.True(heard.IsCompleted);
    }

    [Fact]
    public void What_may_change_the_last_bits_is_in_the_log()
    {
        using ResumableRun run = New("guarded", initial: 1);
        run.Trainer.Run(10);
        string file = Path.Combine(directory, "one thread");
        int threads = get_num_threads();
        run.Trainer.Save(file);
        try
        {
            set_num_threads(threads + 1);
            run.Trainer.Resume(file);
        }
        finally
        {
            set_num_threads(threads);
        }
        run.Trainer.Run(5, [run.Recorder]);
        Assert.Contains($"the number of threads was {threads} when the checkpoint was written, and is {threads + 1}: results may differ in their last bits", run.Recorder.Plan!.Notes);
        run.Trainer.Run(5, [run.Recorder]);
        Assert.Empty(run.Recorder.Plan.Notes);
    }

    [Fact]
    public void Checkpoints_leave_no_tensor_behind()
    {
        using ResumableRun run = New("guarded", initial: 1);
        run.Trainer.Run(10);
        string file = Path.Combine(directory, "kept");
        long Live()
        {
            run.Trainer.Save(file);
            run.Trainer.Resume(file);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
        long before = Live();
        for (int i = 0; i < 10; i++)
            Live();
        Assert.Equal(before, Live());
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static ResumableRun New(string kind, int initial) => new(Options[kind], initial, isPlain: kind == "plain", only: kind is "weights" or "implicit" ? "weights" : null);

    private double forbidden = double.NaN;

    private sealed class Stopping(Action stop) : ITrainingObserver
    {
        public void OnRollback(RollbackReport rollback) => stop();
    }

    private sealed class Asking(Action ask) : ITrainingObserver
    {
        public bool ThrowsAtEnd { get; init; }

        public bool IsCompleted { get; private set; }

        public Exception? Failure { get; private set; }

        public void OnWindow(WindowReport window) => ask();

        public void OnCompleted(TrainingResult result) => IsCompleted = ThrowsAtEnd ? throw new NotSupportedException() : true;

        public void OnFailed(Exception exception) => Failure = exception;
    }

    private sealed class Listener(List<CheckpointReport> told) : ITrainingObserver
    {
        public void OnCheckpoint(CheckpointReport checkpoint) => told.Add(checkpoint);
    }
}
