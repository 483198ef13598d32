using Declarative.Benchmarks;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Plain training, forward and reverse mode side by side.</summary>
internal static class ModeTable
{
    /// <summary>Their names, how many settings are learned, and how.</summary>
    public static IReadOnlyList<(string Name, int Learned, GlocalOptions Options)> Modes { get; } =
    [
        ("plain", 0, new()),
        ("forward, q = 1", 1, new() { Mode = HypergradientMode.Forward }),
        ("forward, q = 3", 3, new() { Mode = HypergradientMode.Forward, Products = HessianVectorProducts.Sequential }),
        ("forward, q = 3, batched", 3, new() { Mode = HypergradientMode.Forward, Products = HessianVectorProducts.Batched }),
        ("reverse, q = 3", 3, new() { Mode = HypergradientMode.Reverse }),
    ];

    public static void Measure(Report report, SpeedSizes sizes, Device device)
    {
        report.Text($"Windows of {sizes.Window} steps, with one validation gradient each where something is learned. Reverse mode keeps what "
            + "fits. Float32, TensorFloat32 off. Peak memory is of a process of its own, above what it took before training.");
        report.Table("model", "batch", "mode", "ms a step", "over plain", "images a second", "peak memory, MiB");
        foreach ((SpeedModel model, int i) in sizes.Models.Select((model, i) => (model, i)))
            Measure(report, sizes, device, model, withPeak: i < sizes.PeakModels);
    }

    private static void Measure(Report report, SpeedSizes sizes, Device device, SpeedModel model, bool withPeak)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable precision = new Place(device, Precision.Float32).Use();
        SpeedTask[] tasks = [.. Modes.Select(_ => new SpeedTask(model, device))];
        BilevelTrainer[] trainers = [.. Modes.Zip(tasks, (mode, task) => task.CreateTrainer(sizes.Window, mode.Learned, mode.Options))];
        var times = new InterleavedTimes(DeviceClock.Of(device), sizes.WarmUps, sizes.Rounds, [.. trainers.Select(trainer => (Action)(() => trainer.Run(sizes.Steps)))]);
        for (int i = 0; i < Modes.Count; i++)
        {
            trainers[i].Dispose();
            tasks[i].Dispose();
        }
        for (int i = 0; i < Modes.Count; i++)
            report.Row(model.Name, $"{model.Batch}", Modes[i].Name, (times.Typical(i) / sizes.Steps * 1e3).ToNumber(2), times.Ratio(i, 0).ToNumber(2),
                (model.Batch * sizes.Steps / times.Typical(i)).ToNumber(0), Peak(Modes[i].Name));

        string Peak(string mode) => !withPeak ? "not asked" : PeakMemory.Ask(sizes, device, model.Name, mode)?.ToNumber(0) ?? "not known";
    }
}
