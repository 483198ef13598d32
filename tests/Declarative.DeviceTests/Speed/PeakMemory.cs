using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>The peak memory of training in a mode. It is measured in a process of its own: libtorch keeps what it once took.</summary>
internal static class PeakMemory
{
    /// <summary>Starts this program again and asks it.</summary>
    /// <returns>MiB, or null where it cannot be known.</returns>
    public static double? Ask(SpeedSizes sizes, Device device, string model, string mode)
    {
        string program = Environment.ProcessPath!;
        // A program that `dotnet` runs is not that itself.
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "DeviceTests.dll")] : [];
        string[] quick = sizes.IsQuick ? ["--quick"] : [];
        using Process process = Process.Start(new ProcessStartInfo(program,
            [.. itself, "peak", "--device", device.type == DeviceType.CUDA ? $"cuda:{device.index}" : "cpu", "--only", $"{model}|{mode}", .. quick])
        {
            RedirectStandardOutput = true,
        })!;
        string answer = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return double.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out double mebibytes) ? mebibytes : null;
    }

    /// <summary>Trains and tells.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="device">Where.</param>
    /// <param name="which">The names of the model and of the mode, with a bar between them.</param>
    public static void Tell(SpeedSizes sizes, Device device, string which)
    {
        string[] names = which.Split('|');
        (_, int learned, GlocalOptions options) = ModeTable.Modes.Single(mode => mode.Name == names[1]);
        using DisposeScope scope = NewDisposeScope();
        using var precision = new Place(device, Precision.Float32).Use();
        // What libtorch takes to be there at all.
        ones([1], device: device);
        long? before = DeviceMemory.Now(device);
        using var task = new SpeedTask(sizes.Models.Single(model => model.Name == names[0]), device);
        using BilevelTrainer trainer = task.CreateTrainer(sizes.Window, learned, options);
        trainer.Run(sizes.Window);
        trainer.Run(sizes.Window);
        Console.WriteLine(DeviceMemory.Taken(device) is { } taken && before is { } start
            ? ((taken - start) / 1048576.0).ToString("F1", CultureInfo.InvariantCulture) : "not known");
    }
}
