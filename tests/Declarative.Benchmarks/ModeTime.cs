using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.Benchmarks;

/// <summary>The time of a window in each mode over that of plain training: q = 3 and one validation gradient a window.</summary>
internal static class ModeTime
{
    private const int Window = 50, Batch = 100;

    public static void Run(Report report)
    {
        report.Text($"A window of {Window} steps, batch {Batch}, q = 3 and one validation gradient, over a plain window; the fastest rounds, one thread. Beside it what autograd "
            + "itself needs: a gradient with its graph and one Hessian-vector product, over a gradient.");
        report.Table("model", "forward", "reverse, graphs kept", "states kept", "checkpoints kept", "graphs / forward", "states / forward", "gradient and HVP", "plain, s");
        Measure(report, Models.All[0].Name, Models.All[0].Create, rounds: 9);
        Measure(report, Models.All[1].Name, Models.All[1].Create, rounds: 3);
    }

    private static void Measure(Report report, string name, Func<Module<Tensor, Tensor>> create, int rounds)
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
        report.Row([name, .. new[] { forward.Best / plain.Best, graphs.Best / plain.Best, states.Best / plain.Best, checkpoints.Best / plain.Best,
            graphs.Best / forward.Best, states.Best / forward.Best, calls.Ratio }.Select(ratio => ratio.ToNumber(2)), plain.Best.ToNumber(3)]);
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

        public void RunWindow(bool counts)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            trainer.Run(Window);
            double seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
            if (counts)
                Best = Math.Min(Best, seconds);
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
            TimeSpan start = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < Window; i++)
            {
                using var scope = NewDisposeScope();
                action();
            }
            return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        }
    }
}
