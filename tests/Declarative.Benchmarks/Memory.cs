using System.Diagnostics;
using System.Globalization;
using Samples;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.Benchmarks;

/// <summary>Live tensors and resident memory after 200 and after 10,000 steps, and what a window of 50 steps needs at its peak.</summary>
internal static class Memory
{
    public static void Run(Report report)
    {
        report.Text("Memory of a run of the MLP with q = 3: it does not grow.");
        report.Table("mode", "steps", "live tensors", "resident, MiB");
        foreach (HypergradientMode mode in new[] { HypergradientMode.Forward, HypergradientMode.Reverse })
        {
            using var task = new Task(new Mlp(0));
            using BilevelTrainer trainer = task.CreateTrainer(mode: mode, stride: 50);
            foreach (int steps in new[] { 200, 10_000 })
            {
                trainer.Run(steps - trainer.Steps);
                GC.Collect();
                GC.WaitForPendingFinalizers();
                report.Row($"{mode}", $"{steps}", $"{torch.Tensor.TotalCount}", Status("VmRSS").ToNumber(1));
            }
        }
        if (!OperatingSystem.IsLinux())
            return;
        report.Text("The peak of a window of 50 steps above its start, in MiB.");
        report.Table("model", "plain", "forward", "reverse, graphs kept", "states kept", "checkpoints kept");
        foreach ((string name, Func<Module<Tensor, Tensor>> create) in Models.All)
            report.Row([name, .. new[] { Peak(create(), fix: true), Peak(create()), Peak(create(), ReverseStorage.Graphs), Peak(create(), ReverseStorage.States),
                Peak(create(), ReverseStorage.Checkpoints) }.Select(peak => peak.ToNumber(0))]);
    }

    // In a process that has done other work, freed memory stays resident: it is handed back first, and the peak is reset.
    private static double Peak(Module<Tensor, Tensor> model, ReverseStorage storage = default, bool fix = false)
    {
        using var task = new Task(model);
        using BilevelTrainer trainer = task.CreateTrainer(50, 50, storage == default ? HypergradientMode.Forward : HypergradientMode.Reverse, fix, storage);
        // The first step allocates what stays: caches of kernels.
        trainer.Run(1);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _ = Trim(0);
        File.WriteAllText("/proc/self/clear_refs", "5");
        double before = Status("VmRSS");
        trainer.Run(50);
        return Status("VmHWM") - before;
    }

    private static double Status(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64 / 1048576.0;
        }
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    [System.Runtime.InteropServices.DllImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint keep);
}
