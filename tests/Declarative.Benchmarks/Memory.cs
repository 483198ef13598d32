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
    public static void Run()
    {
        Console.WriteLine("The MLP, q = 3");
        Console.WriteLine("| mode | steps | live tensors | resident, MiB |");
        Console.WriteLine("|---|---|---|---|");
        foreach (HypergradientMode mode in new[] { HypergradientMode.Forward, HypergradientMode.Reverse })
        {
            using var task = new Task(new Mlp(0));
            using BilevelTrainer trainer = task.CreateTrainer(mode: mode, stride: 50);
            foreach (int steps in new[] { 200, 10_000 })
            {
                trainer.Run(steps - trainer.Steps);
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Console.WriteLine(FormattableString.Invariant($"| {mode} | {steps} | {torch.Tensor.TotalCount} | {Status("VmRSS"):0.0} |"));
            }
        }
        if (!OperatingSystem.IsLinux())
            return;
        Console.WriteLine();
        Console.WriteLine("| model | plain window, peak above its start, MiB | forward | reverse, graphs | states | checkpoints |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach ((string name, Func<Module<Tensor, Tensor>> create) in new (string, Func<Module<Tensor, Tensor>>)[] { ("MLP", () => new Mlp(0)), ("LeNet", () => new LeNet(0)) })
            Console.WriteLine(FormattableString.Invariant($"| {name} | {Peak(create(), fix: true):0} | {Peak(create()):0} | ")
                + FormattableString.Invariant($"{Peak(create(), ReverseStorage.Graphs):0} | {Peak(create(), ReverseStorage.States):0} | {Peak(create(), ReverseStorage.Checkpoints):0} |"));
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
