using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Whole runs: they tune alike everywhere, go on from a file, and hold on to nothing.</summary>
internal static class RunChecks
{
    private const int Window = 4;

    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        DeviceCheck.InFullPrecision("run: tunes as float64 on the CPU does", Tunes),
        DeviceCheck.InFullPrecision("run: goes on from a checkpoint", Resumes),
        DeviceCheck.InFullPrecision("run: holds on to no tensor", HoldsNothing),
        DeviceCheck.InFloat64("run: too little memory is an exception", RunsOutOfMemory),
    ];

    private static void Tunes(Place place, Comparisons found)
    {
        (WindowReport Report, double[] Coordinates)[] Run(Place at, GlocalOptions options)
        {
            using var scope = NewDisposeScope();
            using var small = new SmallProblem(at);
            using Sequential model = small.CreateModel();
            var recorder = new WindowRecorder();
            BilevelProblem problem = SmallProblem.Problem(model, new Adam());
            using var trainer = new BilevelTrainer(problem, small.Training, small.Validation, options with { Window = Window });
            trainer.Run(5 * Window, [recorder]);
            return [.. recorder.Windows.Select(report => (report, Coordinates(problem, report.Values)))];
        }
        foreach ((string name, GlocalOptions options) in ModeOptions.All)
        {
            GlocalOptions reset = options with { Memory = TangentMemory.Reset };
            foreach (((WindowReport expected, double[] wanted), (WindowReport report, double[] coordinates)) in Run(Place.Reference, reset).Zip(Run(place, reset)))
            {
                found.Close($"{name}, losses of window {report.Window}", [expected.TrainingLoss, expected.ValidationLoss],
                    [report.TrainingLoss, report.ValidationLoss], Bar.OfTuning(place));
                found.CloseCoordinates($"{name}, hyperparameters of window {report.Window}", wanted, coordinates, Bar.OfTuning(place).Relative);
            }
        }
    }

    private static void Resumes(Place place, Comparisons found)
    {
        string file = Path.Combine(Path.GetTempPath(), $"declarative-device-{Guid.NewGuid():N}.checkpoint");
        try
        {
            Outcome expected = Run(place, trainer =>
            {
                trainer.Run(3 * Window);
                trainer.Save(file);
                trainer.Run(3 * Window);
            });
            Outcome resumed = Run(place, trainer =>
            {
                trainer.Resume(file);
                trainer.Run(3 * Window);
            });
            // To the last bit on the CPU. A GPU may sum in another order each time, where it uses atomic additions.
            Bar bar = place.Device.type == DeviceType.CPU ? new(0, 1) : Bar.OfTuning(place);
            found.Close("parameters", expected.Parameters, resumed.Parameters, bar);
            found.Close("statistics", expected.Statistics, resumed.Statistics, bar);
            found.Close("counters", expected.Counters, resumed.Counters, new(0, 1));
            found.CloseCoordinates("hyperparameters", expected.Coordinates, resumed.Coordinates, bar.Relative);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Dropout and batch norm: random numbers and buffers go on too.
    private static Outcome Run(Place place, Action<BilevelTrainer> run)
    {
        using var scope = NewDisposeScope();
        using var small = new SmallProblem(place);
        manual_seed(3);
        using Sequential model = nn.Sequential(("first", nn.Linear(5, 8)), ("norm", nn.BatchNorm1d(8)), ("tanh", nn.Tanh()), ("dropout", nn.Dropout(.4)),
            ("second", nn.Linear(8, 3)));
        model.to(place.Type).to(place.Device);
        using var batches = new TensorBatchSource(small.Inputs, small.Labels, 8);
        BilevelProblem problem = SmallProblem.Problem(model, new NAdam());
        using var trainer = new BilevelTrainer(problem, batches, small.Validation, new GlocalOptions { Window = Window });
        run(trainer);
        double[] Read(IEnumerable<Tensor> tensors) => [.. tensors.SelectMany(HostNumbers.Read)];
        return new(Read(model.parameters()), Read(model.buffers().Where(buffer => buffer.is_floating_point())),
            Read(model.buffers().Where(buffer => !buffer.is_floating_point())), Coordinates(problem, [.. problem.Hyperparameters.SelectMany(item => item.Values.ToArray())]));
    }

    private sealed record Outcome(double[] Parameters, double[] Statistics, double[] Counters, double[] Coordinates);

    // u of what is learned: the values of all hyperparameters, entry after entry.
    private static double[] Coordinates(BilevelProblem problem, double[] values)
    {
        IEnumerable<Hyperparameter> entries = problem.Hyperparameters.SelectMany(item => Enumerable.Repeat(item, item.Count));
        return [.. entries.Zip(values).Where(entry => entry.First.IsLearned).Select(entry => entry.First.Domain.ToCoordinate(entry.Second))];
    }

    private static void HoldsNothing(Place place, Comparisons found)
    {
        foreach ((string name, GlocalOptions options) in ModeOptions.All)
        {
            using var scope = NewDisposeScope();
            using var small = new SmallProblem(place);
            using Sequential model = small.CreateModel();
            using var trainer = new BilevelTrainer(SmallProblem.Problem(model, new Adam()), small.Training, small.Validation, options with { Window = Window });
            trainer.Run(2 * Window);
            long live = Live();
            long? before = DeviceMemory.Taken(place.Device);
            trainer.Run(20 * Window);
            found.Add(new($"{name}, tensors more", Math.Max(0, Live() - live), 0));
            if (place.Device.type != DeviceType.CUDA)
                continue;
            long? more = DeviceMemory.Taken(place.Device) - before;
            found.Holds(more is not null, "the driver does not say how much memory is free");
            // What libtorch takes at once, when it needs another block.
            found.Add(new($"{name}, bytes more", Math.Max(0, more ?? 0), 20 << 20));
        }
    }

    // What waits for the finalizer is not counted.
    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private static void RunsOutOfMemory(Place place, Comparisons found)
    {
        using var small = new SmallProblem(place);
        using Sequential model = small.CreateModel();
        BilevelProblem problem = SmallProblem.Problem(model, new Sgd());
        bool isLarge = false;
        // A petabyte.
        Tensor Ask() => empty([1L << 47], dtype: place.Type, device: place.Device);
        var hungry = new BilevelProblem(model, new Sgd(), batch => isLarge ? problem.Training(batch) + Ask().sum() : problem.Training(batch), problem.Validation);
        using var trainer = new BilevelTrainer(hungry, small.Training, small.Validation, new GlocalOptions { Window = Window });
        trainer.Run(Window);
        isLarge = true;
        string? message = null;
        try
        {
            trainer.Run(Window);
        }
        catch (Exception e)
        {
            message = e.Message;
        }
        found.Holds(message is not null, "no exception");
        found.Holds(message?.Contains("memory", StringComparison.OrdinalIgnoreCase) == true, $"the exception does not speak of memory: {message?.Split('\n')[0]}");
        isLarge = false;
        TrainingResult result = trainer.Run(Window);
        found.Holds(double.IsFinite(result.ValidationLoss), "the trainer does not go on");
    }
}
