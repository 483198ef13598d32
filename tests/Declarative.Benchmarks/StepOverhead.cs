using System.Diagnostics;
using Samples;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.Benchmarks;

/// <summary>The time of a forward-mode step with q = 3 over the time of its autograd calls alone: both losses, the gradient with
/// create_graph, three Hessian-vector products and the validation gradient, as bare TorchSharp calls.</summary>
internal static class StepOverhead
{
    private const int Learned = 3;

    public static void Run()
    {
        Console.WriteLine("Forward-mode step, q = 3, batch 100, validation batch 500, one thread");
        Console.WriteLine("| model | autograd calls alone, ms | whole step, ms | ratio of the fastest rounds | median ratio of a round |");
        Console.WriteLine("|---|---|---|---|---|");
        Measure("MLP 784-128-10", () => new Mlp(0), window: 50, rounds: 40);
        Measure("LeNet", () => new LeNet(0), window: 4, rounds: 25);
    }

    private static void Measure(string name, Func<Module<Tensor, Tensor>> create, int window, int rounds)
    {
        using var task = new Task(create());
        using var bare = new Task(create());
        using BilevelTrainer trainer = task.CreateTrainer(window);
        Tensor[] parameters = [.. bare.Model.parameters()];
        using DisposeScope scope = NewDisposeScope();
        Tensor[][] directions = [.. Enumerable.Range(0, Learned).Select(_ => parameters.Select(parameter => randn_like(parameter, requires_grad: false)).ToArray())];

        var alone = new double[rounds];
        var whole = new double[rounds];
        Batch[] batches = [.. Enumerable.Range(0, window).Select(step => bare.Training.At(step))];
        Batch validation = bare.Validation.At(0);
        for (int round = -2; round < rounds; round++)
        {
            // One after the other within a round, so that what else the machine does hits both. On a shared machine the fastest rounds
            // say most: nothing makes a round too fast.
            double first = Milliseconds(() =>
            {
                for (int i = 0; i < window; i++)
                    AutogradCalls(bare, parameters, directions, batches[i], validation);
            });
            double second = Milliseconds(() => trainer.Run(window));
            if (round < 0)
                continue;
            alone[round] = first / window;
            whole[round] = second / window;
        }
        double ratio = Median([.. whole.Zip(alone, (a, b) => a / b)]);
        Console.WriteLine(FormattableString.Invariant($"| {name} | {alone.Min():0.000} | {whole.Min():0.000} | {whole.Min() / alone.Min():0.000} | {ratio:0.000} |"));
    }

    private static void AutogradCalls(Task task, Tensor[] parameters, Tensor[][] directions, Batch training, Batch validation)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = task.Loss(training);
        IList<Tensor> gradient = autograd.grad([loss], parameters, create_graph: true, retain_graph: true);
        foreach (Tensor[] direction in directions)
            autograd.grad(gradient, parameters, direction, retain_graph: true);
        autograd.grad([task.Loss(validation)], parameters);
    }

    private static double Milliseconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
