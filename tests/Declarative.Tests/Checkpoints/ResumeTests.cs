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
        Assert.Equal(whole.Recorder.Plan!.Mode, second.Recorder.Plan.Mode);
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
        Assert.Equal([22, 20], folder.Checkpoints.Select(report => report.Step));
        Assert.Equal(2, Directory.GetFiles(directory).Length);
        Assert.All(folder.Checkpoints, report => Assert.Equal(new FileInfo(report.Path).Length, report.Bytes));
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

    private static ResumableRun New(string kind, int initial) => new(Options[kind], initial, isPlain: kind == "plain", weightsOnly: kind is "weights" or "implicit");

    private sealed class Listener(List<CheckpointReport> told) : ITrainingObserver
    {
        public void OnCheckpoint(CheckpointReport checkpoint) => told.Add(checkpoint);
    }
}
