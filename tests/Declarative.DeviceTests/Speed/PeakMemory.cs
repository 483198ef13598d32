using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>The peak memory of training in a mode. It is measured in a process of its own: libtorch keeps what it once took.</summary>
internal static class PeakMemory
{
    /// <summary>Starts this program again and asks it.</summary>
    /// <returns>MiB, or why there are none.</returns>
    public static string Ask(SpeedSizes sizes, Device device, string model, string mode)
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
        return process.ExitCode != 0 ? $"failed with exit code {process.ExitCode}"
            : double.TryParse(answer.Split('\n')[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double mebibytes) ? mebibytes.ToString("F0", CultureInfo.InvariantCulture)
            : "not known";
    }

    /// <summary>Trains and tells.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="device">Where.</param>
    /// <param name="which">The names of the model and of the mode, with a bar between them.</param>
    /// <returns>0, or 2 where there is no such model or mode.</returns>
    public static int Tell(SpeedSizes sizes, Device device, string which)
    {
        string[] names = which.Split('|');
        SpeedModel? model = sizes.Models.FirstOrDefault(model => model.Name == names[0]);
        if (names.Length != 2 || model is null || ModeTable.Modes.All(mode => mode.Name != names[1]))
        {
            Console.Error.WriteLine($"error: there is no model and mode '{which}'.");
            return 2;
        }
        (_, int learned, GlocalOptions options) = ModeTable.Modes.Single(mode => mode.Name == names[1]);
        using DisposeScope scope = NewDisposeScope();
        using var precision = new Place(device, Precision.Float32).Use();
        WarmUp(device);
        using var task = new SpeedTask(model, device);
        DeviceMemory.ForgetPeak();
        long? before = DeviceMemory.Now(device);
        using BilevelTrainer trainer = task.CreateTrainer(sizes.Window, learned, options);
        trainer.Run(sizes.Window);
        trainer.Run(sizes.Window);
        Console.WriteLine(DeviceMemory.Taken(device) is { } taken && before is { } start
            ? ((taken - start) / 1048576.0).ToString("F1", CultureInfo.InvariantCulture) : "not known");
        return 0;
    }

    // The libraries of convolutions and of matrix products take memory when they are first called.
    private static void WarmUp(Device device)
    {
        using var inner = NewDisposeScope();
        Tensor images = randn([2, 3, 8, 8], device: device), kernels = randn([4, 3, 3, 3], device: device, requires_grad: true);
        Tensor matrix = randn([36, 36], device: device, requires_grad: true);
        nn.functional.conv2d(images, kernels, padding: [0L, 0]).view(-1, 36).matmul(matrix).square().sum().backward();
    }
}
