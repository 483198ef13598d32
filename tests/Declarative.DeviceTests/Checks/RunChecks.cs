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
        IReadOnlyList<WindowReport> Run(Place at, GlocalOptions options)
        {
            using var scope = NewDisposeScope();
            using var small = new SmallProblem(at);
            using Sequential model = small.CreateModel();
            var recorder = new WindowRecorder();
            using var trainer = new BilevelTrainer(SmallProblem.Problem(model, new Adam()), small.Training, small.Validation, options with { Window = Window });
            trainer.Run(5 * Window, [recorder]);
            return recorder.Windows;
        }
        foreach ((string name, GlocalOptions options) in ModeOptions.All)
        {
            GlocalOptions reset = options with { Memory = TangentMemory.Reset };
            foreach ((WindowReport expected, WindowReport report) in Run(Place.Reference, reset).Zip(Run(place, reset)))
            {
                found.Close($"{name}, losses of window {report.Window}", [expected.TrainingLoss, expected.ValidationLoss],
                    [report.TrainingLoss, report.ValidationLoss], Bar.OfTuning(place));
                found.Close($"{name}, hyperparameters of window {report.Window}", expected.Values, report.Values, Bar.OfTuning(place));
            }
        }
    }

    private static void Resumes(Place place, Comparisons found)
    {
        string file = Path.Combine(Path.GetTempPath(), $"declarative-device-{Guid.NewGuid():N}.checkpoint");
        try
        {
            double[] expected = Run(place, trainer =>
            {
                trainer.Run(3 * Window);
                trainer.Save(file);
                trainer.Run(3 * Window);
            });
            double[] resumed = Run(place, trainer =>
            {
                trainer.Resume(file);
                trainer.Run(3 * Window);
            });
            // To the last bit on the CPU. A GPU may sum in another order each time, where it uses atomic additions.
            found.Close("parameters, statistics and hyperparameters", expected, resumed, place.Device.type == DeviceType.CPU ? new(0, 1) : Bar.OfTuning(place));
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Dropout and batch norm: random numbers and buffers go on too.
    private static double[] Run(Place place, Action<BilevelTrainer> run)
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
        return [.. model.parameters().Concat(model.buffers()).SelectMany(HostNumbers.Read), .. problem.Hyperparameters.SelectMany(item => item.Values.ToArray())];
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
            long? taken = DeviceMemory.Taken(place.Device);
            trainer.Run(20 * Window);
            found.Add(new($"{name}, tensors more", Math.Max(0, Live() - live), 0));
            if (place.Device.type == DeviceType.CUDA && taken is { } before)
                // What libtorch takes at once, when it needs another block.
                found.Add(new($"{name}, bytes more", Math.Max(0, DeviceMemory.Taken(place.Device)!.Value - before), 20 << 20));
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
