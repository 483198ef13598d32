using System.Globalization;
using Declarative.Benchmarks;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Measures, and writes the tables.</summary>
internal static class SpeedVerb
{
    /// <summary>Measures all there is.</summary>
    /// <param name="device">Where.</param>
    /// <param name="all">How much.</param>
    /// <param name="table">The only table; null for all.</param>
    /// <param name="only">What the name of a model must contain; null for all models, and for what needs none.</param>
    /// <param name="file">Where to write it besides the console; null for nowhere.</param>
    /// <returns>1 where a bar was missed, or there is no such model; otherwise 0.</returns>
    public static int Run(Device device, SpeedSizes all, string? table, string? only, string? file)
    {
        SpeedSizes sizes = only is null ? all
            : all with { Models = [.. all.Models.Where(model => model.Name.Contains(only, StringComparison.OrdinalIgnoreCase))] };
        if (sizes.Models.Count == 0)
        {
            Console.Error.WriteLine($"error: no model's name contains '{only}': there are {string.Join(", ", all.Models.Select(model => model.Name))}.");
            return 1;
        }
        // As this library's other measurements on a CPU: one thread. A GPU is fed by one.
        set_num_threads(1);
        ones([1], device: device).Dispose();
        string clock = device.type == DeviceType.CUDA ? "Wall-clock times, the device synchronised before and after each round" : "Processor times";
        string machine = $"Measured on {DeviceDescription.Of(device)}, {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"
            + $"{(sizes.IsQuick ? ", with small sizes: these numbers show that it runs, no more" : "")}. {clock}; medians of {sizes.Rounds} "
            + $"{(sizes.Rounds == 1 ? "round" : "rounds")} after {sizes.WarmUps}, in which the compared take turns, and ratios within a round.";
        Console.WriteLine(machine);
        var report = new Report("device", "On a device");
        if (file is not null)
            report.KeepIn(file, machine);
        bool isReached = true;
        foreach (SpeedTable one in SpeedTable.All.Where(one => table is null ? only is null || one.IsOfModels : one.Name == table))
            isReached &= one.Measure(report, sizes, device);
        return isReached ? 0 : 1;
    }
}
