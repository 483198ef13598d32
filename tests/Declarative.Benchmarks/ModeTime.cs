using System.Diagnostics;
using Samples;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.Benchmarks;

/// <summary>The time of a window in each mode over that of plain training: q = 3 and one validation gradient a window.</summary>
internal static class ModeTime
{
    private const int Window = 50, Batch = 100;

    public static void Run()
    {
        Console.WriteLine($"A window of {Window} steps, batch {Batch}, one thread; times over plain training");
        Console.WriteLine("| model | plain, s | gradient with graph + HVP, per gradient | forward, q = 3 | reverse, graphs | states | checkpoints | graphs / forward | states / forward |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        Measure("MLP 784-128-10", () => new Mlp(0), rounds: 9);
        Measure("LeNet", () => new LeNet(0), rounds: 3);
    }

    private static void Measure(string name, Func<Module<Tensor, Tensor>> create, int rounds)
    {
        using var calls = new BareCalls(create());
        using var plain = new Timed(create(), HypergradientMode.Forward, default, fix: true);
        using var forward = new Timed(create(), HypergradientMode.Forward, default);
        using var graphs = new Timed(create(), HypergradientMode.Reverse, ReverseStorage.Graphs);
        using var states = new Timed(create(), HypergradientMode.Reverse, ReverseStorage.States);
        using var checkpoints = new Timed(create(), HypergradientMode.Reverse, ReverseStorage.Checkpoints);
        for (int round = -1; round < rounds; round++)
        {
            calls.RunRound(counts: round >= 0);
            foreach (Timed timed in new[] { plain, forward, graphs, states, checkpoints })
                timed.RunWindow(counts: round >= 0);
        }
        Console.WriteLine(FormattableString.Invariant($"| {name} | {plain.Best:0.000} | {calls.Ratio:0.00} | {forward.Best / plain.Best:0.00} | ")
            + FormattableString.Invariant($"{graphs.Best / plain.Best:0.00} | {states.Best / plain.Best:0.00} | {checkpoints.Best / plain.Best:0.00} | ")
            + FormattableString.Invariant($"{graphs.Best / forward.Best:0.00} | {states.Best / forward.Best:0.00} |"));
    }

    private sealed class Timed(BilevelTrainer trainer, Task task) : IDisposable
    {
        public Timed(Module<Tensor, Tensor> model, HypergradientMode mode, ReverseStorage storage, bool fix = false)
            : this(new Task(model), mode, storage, fix)
        {
        }

        private Timed(Task task, HypergradientMode mode, ReverseStorage storage, bool fix)
            : this(task.CreateTrainer(Window, Window, mode, fix, storage), task)
        {
        }

        public double Best { get; private set; } = double.PositiveInfinity;

        public double RunWindow(bool counts)
        {
            var clock = Stopwatch.StartNew();
            trainer.Run(Window);
            double seconds = clock.Elapsed.TotalSeconds;
            if (counts)
                Best = Math.Min(Best, seconds);
            return seconds;
        }

        public void Dispose()
        {
            trainer.Dispose();
            task.Dispose();
        }
    }

    // What PyTorch would have to do at the least: the gradient with its graph and one Hessian-vector product, over the gradient alone.
    private sealed class BareCalls(Module<Tensor, Tensor> model) : IDisposable
    {
        private readonly Task task = new(model);
        private double alone = double.PositiveInfinity, together = double.PositiveInfinity;

        public double Ratio => together / alone;

        public void RunRound(bool counts)
        {
            Tensor[] parameters = [.. task.Model.parameters()];
            double first = Seconds(() => autograd.grad([task.Loss(task.Training.At(0))], parameters));
            double second = Seconds(() =>
            {
                IList<Tensor> gradient = autograd.grad([task.Loss(task.Training.At(0))], parameters, create_graph: true, retain_graph: true);
                autograd.grad(gradient, parameters, [.. gradient.Select(part => part.detach())]);
            });
            if (counts)
                (alone, together) = (Math.Min(alone, first), Math.Min(together, second));
        }

        public void Dispose() => task.Dispose();

        private static double Seconds(Action action)
        {
            var clock = Stopwatch.StartNew();
            for (int i = 0; i < Window; i++)
            {
                using var scope = NewDisposeScope();
                action();
            }
            return clock.Elapsed.TotalSeconds;
        }
    }
}
