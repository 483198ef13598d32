using System.Diagnostics;
using Samples;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.Benchmarks;

/// <summary>The time of a window in reverse mode over that in forward mode and over that of plain training, q = 3, one validation
/// gradient a window.</summary>
internal static class ModeTime
{
    private const int Window = 50;

    public static void Run()
    {
        Console.WriteLine($"A window of {Window} steps, q = 3, batch 100, one thread");
        Console.WriteLine("| model | plain, s | forward, s | reverse, s | reverse / forward | reverse / plain |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Measure("MLP 784-128-10", () => new Mlp(0), rounds: 7);
        Measure("LeNet", () => new LeNet(0), rounds: 3);
    }

    private static void Measure(string name, Func<Module<Tensor, Tensor>> create, int rounds)
    {
        using var plain = new Timed(create(), HypergradientMode.Forward, fix: true);
        using var forward = new Timed(create(), HypergradientMode.Forward, fix: false);
        using var reverse = new Timed(create(), HypergradientMode.Reverse, fix: false);
        for (int round = -1; round < rounds; round++)
            foreach (Timed timed in new[] { plain, forward, reverse })
                timed.RunWindow(counts: round >= 0);
        Console.WriteLine(FormattableString.Invariant(
            $"| {name} | {plain.Best:0.000} | {forward.Best:0.000} | {reverse.Best:0.000} | {reverse.Best / forward.Best:0.00} | {reverse.Best / plain.Best:0.00} |"));
    }

    private sealed class Timed : IDisposable
    {
        private readonly Task task;
        private readonly BilevelTrainer trainer;

        public Timed(Module<Tensor, Tensor> model, HypergradientMode mode, bool fix)
        {
            task = new(model);
            trainer = task.CreateTrainer(Window, Window, mode, fix);
        }

        public double Best { get; private set; } = double.PositiveInfinity;

        public void RunWindow(bool counts)
        {
            var clock = Stopwatch.StartNew();
            trainer.Run(Window);
            if (counts)
                Best = Math.Min(Best, clock.Elapsed.TotalSeconds);
        }

        public void Dispose()
        {
            trainer.Dispose();
            task.Dispose();
        }
    }
}
