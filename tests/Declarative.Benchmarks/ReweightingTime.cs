using System.Diagnostics;
using Declarative.Koopman;
using Samples;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Benchmarks;

/// <summary>The time of a window in reverse mode with a weight for each of 10,000 training examples over that of a plain window, and the
/// memory that it takes.</summary>
internal static class ReweightingTime
{
    private const int Window = 50, BatchSize = 200, Rounds = 15;

    public static void Run()
    {
        using FashionMnistData data = FashionMnistData.Load(scale: PixelScale.Normalized);
        using var training = new TensorBatchSource(data.Training.Inputs, data.Training.Labels, BatchSize);
        using var validation = new TensorBatchSource(data.Validation.Inputs, data.Validation.Labels, 2000);
        using Mlp plainModel = new(0), weightedModel = new(0);
        using BilevelTrainer plain = CreateTrainer(plainModel, learns: false), weighted = CreateTrainer(weightedModel, learns: true);
        (double plainBest, double weightedBest) = (double.PositiveInfinity, double.PositiveInfinity);
        for (int round = 0; round <= Rounds; round++)
        {
            (double plainTime, double weightedTime) = (Time(plain), Time(weighted));
            if (round > 0)
                (plainBest, weightedBest) = (Math.Min(plainBest, plainTime), Math.Min(weightedBest, weightedTime));
        }
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine($"A window of {Window} steps, MLP 784-128-10, batch {BatchSize}, one weight for each of 10,000 examples, one thread");
        Console.WriteLine(FormattableString.Invariant($"plain {plainBest:0.000} s, reverse {weightedBest:0.000} s, ")
            + FormattableString.Invariant($"reverse / plain {weightedBest / plainBest:0.00}, peak memory {self.PeakWorkingSet64 / 1048576} MiB"));

        BilevelTrainer CreateTrainer(Mlp model, bool learns)
        {
            var loss = new Loss(model);
            var problem = new BilevelProblem(model, new Sgd(), learns ? loss.Weighted : loss.Plain, loss.Plain, hyperparameters: learns ? [loss] : []);
            foreach (string setting in new[] { "learningRate", "momentum", "weightDecay" })
                problem.Hyperparameters[setting].Fix();
            return new(problem, training, validation,
                new GlocalOptions { Window = Window, Mode = HypergradientMode.Reverse, Estimator = new LastSampleEstimator() });
        }
    }

    private static double Time(BilevelTrainer trainer)
    {
        var clock = Stopwatch.StartNew();
        trainer.Run(Window);
        return clock.Elapsed.TotalSeconds;
    }
}

internal sealed partial class Loss(Module<Tensor, Tensor> model)
{
    private static int Examples => 10_000;

    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))]
    private Tensor weights;

    public Tensor Weighted(Batch batch) =>
        (weights.index_select(0, batch.Indices) * cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: Reduction.None)).mean();

    public Tensor Plain(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
}
