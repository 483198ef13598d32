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
    /// <param name="sizes">How much.</param>
    /// <param name="file">Where to write it besides the console; null for nowhere.</param>
    public static void Run(Device device, SpeedSizes sizes, string? file)
    {
        // As this library's other measurements on a CPU: one thread. A GPU is fed by one.
        set_num_threads(1);
        ones([1], device: device).Dispose();
        string machine = $"Measured on {DeviceDescription.Of(device)}, {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"
            + $"{(sizes == SpeedSizes.Quick ? ", with small sizes: these numbers show that it runs, no more" : "")}. Wall-clock times, the device synchronised before and after each round; medians of {sizes.Rounds} rounds "
            + $"after {sizes.WarmUps}, in which the compared take turns, and ratios within a round.";
        Console.WriteLine(machine);
        var report = new Report("device", "On a device");
        OverheadTable.Measure(report, sizes, device);
        ModeTable.Measure(report, sizes, device);
        OptimizerTable.Measure(report, sizes, device);
        PrecisionTable.Measure(report, sizes, device);
        if (file is not null)
            report.Save(file, machine);
    }
}
