using Declarative;
using Declarative.Koopman;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Samples.FashionMnist;

/// <summary>One network on one set of images, to be trained by several methods from the same start on the same batches.</summary>
internal sealed class Experiment(Options options, FashionMnistData data, Device device)
{
    public const int Stride = 1, BatchSize = 100, ValidationBatchSize = 500;

    /// <summary>A bad start: far too slow, little momentum.</summary>
    private const double LearningRate = 1e-3, Momentum = 0.5, WeightDecay = 1e-4;

    /// <summary>Trains from the bad start and tests once at the end: <c>fixed</c> keeps the settings, <c>local</c> moves them along the
    /// last hypergradient of each window, <c>glocal</c> along the estimate of the global one, and <c>guarded</c>, the library's default,
    /// along hypergradients that remember some two hundred steps. From the last checkpoint on, where there is one.</summary>
    /// <returns>How it did, and whether anything was left to train.</returns>
    public (MethodSummary Summary, bool IsTrained) RunMethod(string method, IReadOnlyList<ITrainingObserver> observers, CancellationToken stop)
    {
        using Module<Tensor, Tensor> model = CreateModel().to(device);
        Evaluation before = Evaluation.Of(model, data.Test);

        BilevelProblem problem = new(model, new Sgd(),
            training: batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            validation: batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        problem.Hyperparameters["learningRate"].Value = LearningRate;
        problem.Hyperparameters["momentum"].Value = Momentum;
        problem.Hyperparameters["weightDecay"].Value = WeightDecay;
        if (method == "fixed")
            problem.Hyperparameters.Fix();

        using TensorBatchSource trainingBatches = Batches(data.Training, BatchSize, options.Seed);
        using TensorBatchSource validationBatches = Batches(data.Validation, ValidationBatchSize, options.Seed + 1);
        GlocalOptions reset = new() { Window = options.Window, Stride = Stride, Memory = TangentMemory.Reset };
        GlocalOptions settings = method switch
        {
            "glocal" => reset with { Estimator = new AffineHankelEstimator() },
            "guarded" => new() { Window = Math.Min(new GlocalOptions().Window, options.Steps) },
            _ => reset,
        };
        using BilevelTrainer trainer = new(problem, trainingBatches, validationBatches, settings with { Seed = options.Seed });
        CheckpointFolder? checkpoints = options.CheckpointFolder is { } folder ? new(Path.Combine(folder, method)) : null;
        if (checkpoints is not null)
            trainer.Resume(checkpoints);
        TrainingResult? result = null;
        if (trainer.Steps < options.Steps)
            result = trainer.Run(options.Steps - trainer.Steps, observers, checkpoints, stop);
        else
            Console.WriteLine($"{method}: already complete, {trainer.Steps} steps");

        Evaluation after = Evaluation.Of(model, data.Test);
        MethodSummary summary = new()
        {
            Name = method,
            Window = settings.Window,
            InitialTestLoss = before.Loss,
            TestAccuracy = after.Accuracy,
            TestLoss = after.Loss,
            ValidationLoss = Evaluation.Of(model, data.Validation).Loss,
            Seconds = result?.Elapsed.TotalSeconds ?? 0,
            Steps = trainer.Steps,
            Hyperparameters = problem.Hyperparameters.ToDictionary(setting => setting.Name, setting => setting.Value),
        };
        return (summary, result is not null);
    }

    private static TensorBatchSource Batches(Examples examples, int batchSize, int seed) =>
        new(examples.Inputs, examples.Labels, batchSize, seed);

    private Module<Tensor, Tensor> CreateModel() => options.Model == "lenet" ? new LeNet(options.Seed) : new Mlp(options.Seed);
}
