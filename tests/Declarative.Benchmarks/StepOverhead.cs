using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.Benchmarks;

/// <summary>The time of a forward-mode step over that of its autograd calls alone, by the same kernels.</summary>
internal static class StepOverhead
{
    private const int Learned = 3;

    public static void Run(Report report)
    {
        report.Text("A step of forward mode with q = 3, batch 100, validation batch 500, a sample each step, over its autograd calls alone: both losses, the gradient "
            + "with its graph, three Hessian-vector products and the validation gradient, as bare TorchSharp calls, by the kernels that a run puts in place. One thread.");
        report.Table("model", "ratio", "ratio of the fastest rounds", "bar", "reached", "autograd calls alone, ms", "whole step, ms");
        Measure(report, Models.All[0], bar: 1.10, window: 50, rounds: 15);
        Measure(report, Models.All[1], bar: 1.03, window: 4, rounds: 15);
    }

    private static void Measure(Report report, (string Name, Func<Module<Tensor, Tensor>> Create) model, double bar, int window, int rounds)
    {
        using var task = new Task(model.Create());
        using var bare = new Task(model.Create());
        using BilevelTrainer trainer = task.CreateTrainer(window);
        Tensor[] parameters = [.. bare.Model.parameters()];
        using DisposeScope scope = NewDisposeScope();
        Tensor[][] directions = [.. Enumerable.Range(0, Learned).Select(_ => parameters.Select(parameter => randn_like(parameter, requires_grad: false)).ToArray())];
        Batch[] batches = [.. Enumerable.Range(0, window).Select(step => bare.Training.At(step))];
        Batch validation = bare.Validation.At(0);
        var times = new InterleavedTimes(rounds,
            () =>
            {
                // What the trainer puts in place for each run of its own.
                using var kernels = new RunKernels(bare.Model, differentiatesTwice: true);
                for (int i = 0; i < window; i++)
                    AutogradCalls(bare, parameters, directions, batches[i], validation);
            },
            () => trainer.Run(window));
        report.Row(model.Name, times.Ratio(1, 0).ToNumber(2), times.FastestRatio(1, 0).ToNumber(2), bar.ToNumber(2), times.Ratio(1, 0) <= bar ? "yes" : "**no**",
            (times.Fastest(0) / window * 1e3).ToNumber(2), (times.Fastest(1) / window * 1e3).ToNumber(2));
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
}
