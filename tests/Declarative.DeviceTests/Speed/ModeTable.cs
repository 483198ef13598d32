using Declarative.Benchmarks;
using Declarative.Interop;
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
        ("reverse, q = 3, graphs", 3, new() { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Graphs, MemoryLimit = long.MaxValue }),
        ("reverse, q = 3, checkpoints", 3, new() { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Checkpoints }),
    ];

    /// <summary>How much it does.</summary>
    public static string Work(SpeedSizes sizes) =>
        $"{Modes.Count * (sizes.Window + (sizes.WarmUps + sizes.Rounds) * sizes.Steps)} of all modes, and {Modes.Count} processes for each of {sizes.Models.Count(model => model.HasPeak)} models";

    /// <summary>Measures.</summary>
    /// <returns>Yes: there are no bars.</returns>
    public static bool Measure(Report report, SpeedSizes sizes, Device device)
    {
        report.Text($"Windows of {sizes.Window} steps, with one validation gradient each where something is learned. Reverse mode keeps every "
            + "step's graph, or checkpoints. Float32, TensorFloat32 off. Peak memory is of a process of its own, above model, images and what libtorch takes to work at all.");
        report.Table("model", "batch", "mode", "ms a step", "over plain", "images a second", "peak memory, MiB");
        foreach (SpeedModel model in sizes.Models)
            Measure(report, sizes, device, model);
        return true;
    }

    private static void Measure(Report report, SpeedSizes sizes, Device device, SpeedModel model)
    {
        // Before this process takes memory of its own there.
        string[] peaks = [.. Modes.Select(mode => model.HasPeak ? PeakMemory.Ask(sizes, device, model.Name, mode.Name) : "not asked")];
        using DisposeScope scope = NewDisposeScope();
        using IDisposable precision = new Place(device, Precision.Float32).Use();
        SpeedTask[] tasks = [.. Modes.Select(_ => new SpeedTask(model, device))];
        BilevelTrainer[] trainers = [.. Modes.Zip(tasks, (mode, task) => task.CreateTrainer(sizes.Window, mode.Learned, mode.Options))];
        // One that cannot be run takes no turns.
        string?[] obstacles = [.. trainers.Select(trainer => Obstacle(() => trainer.Run(sizes.Window)))];
        var times = new InterleavedTimes(DeviceClock.Of(device), sizes.WarmUps, sizes.Rounds, [.. trainers.Select((trainer, i) => (Action)(() =>
        {
            if (obstacles[i] is null)
                trainer.Run(sizes.Steps);
        }))]);
        for (int i = 0; i < Modes.Count; i++)
        {
            trainers[i].Dispose();
            tasks[i].Dispose();
        }
        for (int i = 0; i < Modes.Count; i++)
            report.Row(obstacles[i] is { } obstacle ? [model.Name, $"{model.Batch}", Modes[i].Name, obstacle, "", "", peaks[i]] : [model.Name, $"{model.Batch}", Modes[i].Name, (times.Typical(i) / sizes.Steps * 1e3).ToNumber(2), times.Ratio(i, 0).ToNumber(2),
                (model.Batch * sizes.Steps / times.Typical(i)).ToNumber(0), peaks[i]]);
    }

    private static string? Obstacle(Action run)
    {
        try
        {
            run();
            return null;
        }
        catch (Exception e) when (NativeErrors.Is(e) || e is InvalidOperationException or NotSupportedException)
        {
            return $"does not work: {NativeErrors.Sentence(e)}";
        }
    }
}
