using Declarative.Benchmarks;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>The time of a forward-mode step over that of the same written by hand.</summary>
internal static class OverheadTable
{
    private const int Learned = 3;

    public static void Measure(Report report, SpeedSizes sizes, Device device)
    {
        report.Text($"A step of forward mode with q = {Learned} over the same written by hand for this case alone: the gradient with its graph, "
            + $"three Hessian-vector products and SGD with momentum and its tangents on flat vectors; windows of {sizes.Window} steps with one validation "
            + "gradient each. Float32, TensorFloat32 off. Hypergradients of both agree to the deviation given.");
        report.Table("model", "batch", "ratio", "ratio of the fastest rounds", "bar", "reached", "by hand, ms a step", "library, ms a step", "deviation");
        foreach (SpeedModel model in sizes.Models)
            Measure(report, sizes, device, model);
    }

    private static void Measure(Report report, SpeedSizes sizes, Device device, SpeedModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable precision = new Place(device, Precision.Float32).Use();
        using SpeedTask task = new(model, device), bare = new(model, device);
        using var byHand = new HandWrittenForwardMode(bare);
        using BilevelTrainer trainer = task.CreateTrainer(sizes.Window, Learned, ModeOptions.All[0].Options);
        double[] expected = byHand.RunWindow(sizes.Window);
        var recorder = new WindowRecorder();
        trainer.Run(sizes.Window, [recorder]);
        double deviation = Deviation(expected, recorder.Windows[0].Local);
        var times = new InterleavedTimes(DeviceClock.Of(device), sizes.WarmUps, sizes.Rounds,
            () =>
            {
                for (int i = 0; i < sizes.Windows; i++)
                    byHand.RunWindow(sizes.Window);
            },
            () => trainer.Run(sizes.Steps));
        double ratio = times.Ratio(1, 0);
        string reached = model.Bar is { } bar ? ratio <= bar ? "yes" : "**no**" : "";
        report.Row(model.Name, $"{model.Batch}", ratio.ToNumber(2), times.FastestRatio(1, 0).ToNumber(2), model.Bar?.ToNumber(2) ?? "", reached,
            (times.Typical(0) / sizes.Steps * 1e3).ToNumber(2), (times.Typical(1) / sizes.Steps * 1e3).ToNumber(2), Scientific(deviation));
    }

    // The library tells derivatives with respect to log η, logit μ and log λ.
    private static double Deviation(double[] ofValues, double[] ofCoordinates)
    {
        double[] learned = [.. ofCoordinates.Where(double.IsFinite)];
        double[] expected = [ofValues[0] * .01, ofValues[1] * .9 * .1, ofValues[2] * 1e-4];
        return expected.Zip(learned, (wanted, found) => Math.Abs(wanted - found)).Max() / expected.Max(Math.Abs);
    }

    private static string Scientific(double value) => value.ToString("0.0e+0", System.Globalization.CultureInfo.InvariantCulture);
}
