using System.Diagnostics;
using Declarative.Koopman;
using Samples;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Benchmarks;

/// <summary>The time of a window in each mode over that of plain training: q = 3 and one validation gradient a window, and q = 10,000, a
/// weight for each training example, with the estimate and the outer step.</summary>
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
        Console.WriteLine();
        Console.WriteLine("| MLP, q = 10,000 weights | plain, s | reverse, times plain | median of a round |");
        Console.WriteLine("|---|---|---|---|");
        MeasureWeights(rounds: 9);
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

    private static void MeasureWeights(int rounds)
    {
        using var plain = new Timed(new Mlp(0), HypergradientMode.Forward, default, fix: true);
        using var weights = new WeightedTask();
        var ratios = new List<double>();
        for (int round = -1; round < rounds; round++)
        {
            double alone = plain.RunWindow(counts: round >= 0);
            double weighted = weights.RunWindow(counts: round >= 0);
            if (round >= 0)
                ratios.Add(weighted / alone);
        }
        ratios.Sort();
        Console.WriteLine(FormattableString.Invariant($"| | {plain.Best:0.000} | {weights.Best / plain.Best:0.00} | {ratios[ratios.Count / 2]:0.00} |"));
    }

    private class Timed(BilevelTrainer trainer, params IDisposable[] owned) : IDisposable
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
            foreach (IDisposable item in owned)
                item.Dispose();
        }
    }

    private sealed class WeightedTask(Task task) : Timed(Create(task), task)
    {
        public WeightedTask() : this(new Task(new Mlp(0)))
        {
        }

        private static BilevelTrainer Create(Task task)
        {
            var loss = new WeightedLoss(task.Model, task.Examples);
            var rule = new Sgd();
            rule.Hyperparameters.Fix();
            return new(new(task.Model, rule, loss.Training, task.Loss, [loss]), task.Training, task.Validation, new GlocalOptions { Window = Window });
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

/// <summary>A weight for each training example.</summary>
internal sealed partial class WeightedLoss(Module<Tensor, Tensor> model, int examples)
{
    private int Examples => examples;
    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))] private Tensor weights;

    public Tensor Training(Batch batch) =>
        (weights.index_select(0, batch.Indices) * cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: Reduction.None)).mean();
}
