using Declarative.Benchmarks;
using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>What TensorFloat32 and bfloat16 save, and how far off they are.</summary>
internal static class PrecisionTable
{
    private const int Learned = 3;

    private static readonly (string Name, ScalarType Type, bool Allows)[] precisions =
        [("float32", ScalarType.Float32, false), ("TensorFloat32", ScalarType.Float32, true), ("bfloat16", ScalarType.BFloat16, false)];

    /// <summary>How much it does.</summary>
    public static string Work(SpeedSizes sizes) =>
        $"{2 * (sizes.Window + precisions.Length * (sizes.Window + (sizes.WarmUps + Rounds(sizes)) * sizes.Steps))} of forward and reverse mode, the first {2 * sizes.Window} in float64";

    private static int Rounds(SpeedSizes sizes) => Math.Max(1, sizes.Rounds / 3);

    /// <summary>Measures.</summary>
    /// <returns>Yes: there are no bars.</returns>
    public static bool Measure(Report report, SpeedSizes sizes, Device device)
    {
        report.Text($"Forward mode and reverse mode with q = {Learned} by precision. The deviation is that of the hypergradient of the first window "
            + "from the one in float64 on the same device, relative to its largest entry; with ReLU and pooling a rounded number may fall on the other side of a kink. In bfloat16 all is: parameters, optimizer state, tangents.");
        report.Table("model", "batch", "precision", "mode", "deviation from float64", "ms a step", "images a second");
        foreach (SpeedModel model in sizes.Models)
            foreach ((string mode, GlocalOptions options) in ModeOptions.All.Where(item => item.Name is "forward" or "checkpoints"))
                Measure(report, sizes, device, model, mode == "forward" ? mode : "reverse", options);
        return true;
    }

    private static void Measure(Report report, SpeedSizes sizes, Device device, SpeedModel model, string mode, GlocalOptions options)
    {
        double[]? exact = null;
        foreach ((string precision, ScalarType type, bool allows) in precisions)
        {
            if (allows && device.type != DeviceType.CUDA)
            {
                report.Row(model.Name, $"{model.Batch}", precision, mode, "CUDA only", "", "");
                continue;
            }
            string name = precision + (device.type == DeviceType.CPU && HasWrongConvolutions(model, type) ? " (oneDNN's convolutions are wrong on this processor)" : "");
            try
            {
                exact ??= Hypergradient(sizes, device, model, options, ScalarType.Float64, allows: false);
                double[] found = Hypergradient(sizes, device, model, options, type, allows);
                double deviation = exact.Zip(found, (wanted, value) => Math.Abs(wanted - value)).Max() / exact.Max(Math.Abs);
                double seconds = Seconds(sizes, device, model, options, type, allows);
                report.Row(model.Name, $"{model.Batch}", name, mode, deviation.ToScientific(),
                    (seconds / sizes.Steps * 1e3).ToNumber(2), (model.Batch * sizes.Steps / seconds).ToNumber(0));
            }
            catch (Exception e) when (NativeErrors.Is(e) || e is InvalidOperationException or ArgumentException or NotSupportedException or TrainingDivergedException)
            {
                report.Row(model.Name, $"{model.Batch}", name, mode, $"does not work: {NativeErrors.Sentence(e)}", "", "");
            }
        }
    }

    private static bool HasWrongConvolutions(SpeedModel model, ScalarType type)
    {
        using var created = model.Create();
        return ConvolutionKernels.HasConvolution(created) && !ConvolutionKernels.AreRight(type);
    }

    private static double[] Hypergradient(SpeedSizes sizes, Device device, SpeedModel model, GlocalOptions options, ScalarType type, bool allows) =>
        Train(sizes, device, model, options, type, allows, trainer =>
        {
            var recorder = new WindowRecorder();
            trainer.Run(sizes.Window, [recorder]);
            return recorder.Windows[0].Local.Where(value => !double.IsNaN(value)).ToArray();
        });

    private static double Seconds(SpeedSizes sizes, Device device, SpeedModel model, GlocalOptions options, ScalarType type, bool allows) =>
        Train(sizes, device, model, options, type, allows,
            trainer => new InterleavedTimes(DeviceClock.Of(device), sizes.WarmUps, Rounds(sizes), () => trainer.Run(sizes.Steps)).Typical(0));

    private static T Train<T>(SpeedSizes sizes, Device device, SpeedModel model, GlocalOptions options, ScalarType type, bool allows, Func<BilevelTrainer, T> train)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable precision = new Place(device, allows ? Precision.TensorFloat32 : Precision.Float32).Use();
        using var task = new SpeedTask(model, device, type);
        using BilevelTrainer trainer = task.CreateTrainer(sizes.Window, Learned, options);
        return train(trainer);
    }
}
