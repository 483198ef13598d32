using System.Diagnostics;
using Samples;
using TorchSharp;

namespace Declarative.Benchmarks;

/// <summary>Live tensors and resident memory after 200 and after 2,000 steps.</summary>
internal static class Memory
{
    public static void Run()
    {
        using var task = new Task(new Mlp(0));
        using BilevelTrainer trainer = task.CreateTrainer();
        Console.WriteLine("Forward mode on the MLP, q = 3");
        Console.WriteLine("| steps | live tensors | resident, MiB |");
        Console.WriteLine("|---|---|---|");
        foreach (int steps in new[] { 200, 2_000 })
        {
            trainer.Run(steps - trainer.Steps);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(FormattableString.Invariant($"| {steps} | {torch.Tensor.TotalCount} | {process.WorkingSet64 / 1048576.0:0.0} |"));
        }
    }
}
