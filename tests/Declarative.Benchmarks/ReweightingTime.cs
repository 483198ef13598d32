using System.Diagnostics;
using System.Globalization;
using Declarative.Koopman;
using Samples;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Benchmarks;

/// <summary>The time of a window in reverse mode with a weight for each of 10,000 or of a million training examples over that of a plain
/// window, and the memory that it takes.</summary>
internal static class ReweightingTime
{
    private const int BatchSize = 200;

    public static void Run(Report report)
    {
        report.Text($"A window in reverse mode over a plain one, MLP 784-128-10, batch {BatchSize}; the fastest rounds, one thread.");
        report.Table("weights", "estimator", "steps of a window", "reverse / plain", "plain, s", "reverse, s", "peak memory of the process, MiB");
        Measure(report, 10_000, window: 50, rounds: 15, new LastSampleEstimator());
        Measure(report, 10_000, window: 50, rounds: 15, new AffineHankelEstimator());
        Measure(report, 1_000_000, window: 100, rounds: 2, new AffineHankelEstimator());
    }

    private static void Measure(Report report, int examples, int window, int rounds, IHypergradientEstimator estimator)
    {
        using FashionMnistData data = FashionMnistData.Load(scale: PixelScale.Normalized);
        using var images = new TensorBatchSource(data.Training.Inputs, data.Training.Labels, BatchSize);
        IBatchSource training = new Spread(images, examples);
        using var validation = new TensorBatchSource(data.Validation.Inputs, data.Validation.Labels, 2000);
        using Mlp plainModel = new(0), weightedModel = new(0);
        using BilevelTrainer plain = CreateTrainer(plainModel, learns: false), weighted = CreateTrainer(weightedModel, learns: true);
        (double plainBest, double weightedBest) = (double.PositiveInfinity, double.PositiveInfinity);
        for (int round = 0; round <= rounds; round++)
        {
            (double plainTime, double weightedTime) = (Time(plain), Time(weighted));
            if (round > 0)
                (plainBest, weightedBest) = (Math.Min(plainBest, plainTime), Math.Min(weightedBest, weightedTime));
        }
        using Process self = Process.GetCurrentProcess();
        report.Row(examples.ToString("N0", CultureInfo.InvariantCulture), estimator.Name, $"{window}", (weightedBest / plainBest).ToNumber(2), plainBest.ToNumber(3),
            weightedBest.ToNumber(3), $"{self.PeakWorkingSet64 / 1048576}");

        BilevelTrainer CreateTrainer(Mlp model, bool learns)
        {
            var loss = new Loss(model, examples);
            var problem = new BilevelProblem(model, new Sgd(), learns ? loss.Weighted : loss.Plain, loss.Plain, hyperparameters: learns ? [loss] : []);
            foreach (string setting in new[] { "learningRate", "momentum", "weightDecay" })
                problem.Hyperparameters[setting].Fix();
            return new(problem, training, validation,
                new GlocalOptions { Window = window, Mode = HypergradientMode.Reverse, Estimator = estimator });
        }

        double Time(BilevelTrainer trainer)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            trainer.Run(window);
            return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        }
    }

    // The same images again and again, as if they were so many.
    private sealed class Spread(IBatchSource images, int examples) : IBatchSource
    {
        public Batch At(long step)
        {
            Batch batch = images.At(step);
            using Scalar shift = (step * BatchSize).ToScalar(), count = ((long)examples).ToScalar();
            return batch with { Indices = batch.Indices.add(shift).remainder(count) };
        }
    }
}

internal sealed partial class Loss(Module<Tensor, Tensor> model, int examples)
{
    private int Examples => examples;

    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))]
    private Tensor weights;

    public Tensor Weighted(Batch batch) =>
        (weights.index_select(0, batch.Indices) * cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: Reduction.None)).mean();

    public Tensor Plain(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
}
