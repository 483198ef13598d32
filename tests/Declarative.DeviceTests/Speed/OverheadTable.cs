using Declarative.Benchmarks;
using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>The time of a forward-mode step over that of its autograd calls alone, and over that of the same written by hand.</summary>
internal static class OverheadTable
{
    private const int Learned = 3;

    // Of hypergradients in float32 after a window.
    private const double LargestDeviation = 1e-3;

    /// <summary>How much it does.</summary>
    public static string Work(SpeedSizes sizes) => $"{3 * (sizes.WarmUps + sizes.Rounds) * sizes.Steps + 2 * sizes.Window} of forward mode or its calls";

    /// <summary>Measures.</summary>
    /// <returns>Whether every bar was kept.</returns>
    public static bool Measure(Report report, SpeedSizes sizes, Device device)
    {
        report.Text($"A step of forward mode with q = {Learned}, a sample each step, over its autograd calls alone: both losses, the gradient with its graph, "
            + $"{Learned} Hessian-vector products and the validation gradient. By hand: these calls and SGD with momentum and its tangents on flat vectors, written "
            + $"for this case alone. Windows of {sizes.Window} steps. Float32, TensorFloat32 off. The bar is reached where the ratio is, and where the "
            + $"hypergradients of the library and by hand agree to {LargestDeviation.ToScientific()}.");
        report.Table("model", "batch", "over the calls", "of the fastest rounds", "bar", "reached", "over by hand", "calls, ms a step", "by hand, ms a step", "library, ms a step", "deviation");
        bool isReached = true;
        foreach (SpeedModel model in sizes.Models)
            isReached &= Measure(report, sizes, device, model);
        return isReached;
    }

    private static bool Measure(Report report, SpeedSizes sizes, Device device, SpeedModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable precision = new Place(device, Precision.Float32).Use();
        using SpeedTask task = new(model, device), bare = new(model, device);
        using var byHand = new HandWrittenForwardMode(bare);
        using BilevelTrainer trainer = task.CreateTrainer(sizes.Window, Learned, ModeOptions.All[0].Options with { Estimator = new AffineHankelEstimator() });
        Tensor[][] directions = byHand.DrawDirections();
        double[] expected = byHand.RunWindow(sizes.Window);
        var recorder = new WindowRecorder();
        trainer.Run(sizes.Window, [recorder]);
        double deviation = Deviation(expected, recorder.Windows[0].Local);
        var times = new InterleavedTimes(DeviceClock.Of(device), sizes.WarmUps, sizes.Rounds,
            () =>
            {
                // What the trainer puts in place for each run of its own.
                using var kernels = new RunKernels(bare.Model, differentiatesTwice: true);
                for (int i = 0; i < sizes.Steps; i++)
                    byHand.AutogradCalls(bare.Training.At(i), bare.Validation.At(0), directions);
            },
            () =>
            {
                for (int i = 0; i < sizes.Windows; i++)
                    byHand.RunWindow(sizes.Window);
            },
            () => trainer.Run(sizes.Steps));
        double ratio = times.Ratio(2, 0);
        bool isReached = deviation <= LargestDeviation && !(ratio > model.Bar);
        string reached = !isReached ? "**no**" : model.Bar is null ? "" : "yes";
        report.Row(model.Name, $"{model.Batch}", ratio.ToNumber(2), times.FastestRatio(2, 0).ToNumber(2), model.Bar?.ToNumber(2) ?? "", reached,
            times.Ratio(2, 1).ToNumber(2), Milliseconds(0), Milliseconds(1), Milliseconds(2), deviation.ToScientific());
        return isReached;

        string Milliseconds(int action) => (times.Typical(action) / sizes.Steps * 1e3).ToNumber(2);
    }

    // The library tells derivatives with respect to log η, logit μ and log λ.
    private static double Deviation(double[] ofValues, double[] ofCoordinates)
    {
        double[] learned = [.. ofCoordinates.Where(double.IsFinite)];
        double[] expected = [ofValues[0] * .01, ofValues[1] * .9 * .1, ofValues[2] * 1e-4];
        return expected.Zip(learned, (wanted, found) => Math.Abs(wanted - found)).Max() / expected.Max(Math.Abs);
    }
}
