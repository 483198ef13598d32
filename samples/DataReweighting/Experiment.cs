using Declarative;
using Declarative.Koopman;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples.DataReweighting;

/// <summary>One network, trained from the same start by the same optimizer for as many steps: with wrong labels among the right ones,
/// on the right ones alone, on the validation images alone, and with a learned weight for every example.</summary>
internal sealed class Experiment(Options options, FashionMnistData data, CorruptedLabels labels, Device device)
{
    public const string Unweighted = "unweighted", CleanPart = "clean part alone", ValidationImages = "validation images alone", Learned = "learned weights";
    public const int BatchSize = 200, ValidationBatchSize = 2000;

    public static readonly IReadOnlyList<string> Methods = [Unweighted, CleanPart, ValidationImages, Learned];

    private const double LearningRate = 0.05;

    /// <summary>Trains, and tests once at the end.</summary>
    /// <returns>How it did, and the weights, one for each training example, where they are learned.</returns>
    public (MethodSummary Summary, double[]? Weights) RunMethod(string method, IReadOnlyList<ITrainingObserver> observers, CancellationToken stop)
    {
        using Mlp model = new(options.Seed);
        model.to(device);
        ReweightedLoss loss = new(model, (int)data.Training.Count);
        Sgd optimizer = new();
        optimizer.Hyperparameters.Fix();
        optimizer.Hyperparameters["learningRate"].Value = LearningRate;
        optimizer.Hyperparameters["momentum"].Value = 0;
        optimizer.Hyperparameters["weightDecay"].Value = 0;
        BilevelProblem problem = new(model, optimizer, method == Learned ? loss.Training : loss.Plain, loss.Plain,
            hyperparameters: method == Learned ? [loss] : []);

        using Examples examples = Choose(method);
        using TensorBatchSource training = new(examples.Inputs, examples.Labels, BatchSize, options.Seed);
        using TensorBatchSource validation = new(data.Validation.Inputs, data.Validation.Labels, ValidationBatchSize, options.Seed + 1);
        using BilevelTrainer trainer = new(problem, training, validation, new GlocalOptions
        {
            Window = options.Window,
            // One Hessian-vector product a step for all 10,000 weights; forward mode would take 10,000 a step.
            Mode = HypergradientMode.Reverse,
            // An example that is seen once in a window has a trajectory of one jump, from which nothing can be extrapolated.
            Estimator = new LastSampleEstimator(),
            // An example that is fitted has hardly any gradient left; a short memory of larger ones would blow that up to full moves.
            Outer = new OuterAdam { Beta1 = 0.5, Beta2 = 0.999 },
            Seed = options.Seed,
        });
        TrainingResult result = trainer.Run(options.Steps, observers, cancellation: stop);

        Evaluation after = Evaluation.Of(model, data.Test);
        double[]? weights = method == Learned ? loss.Hyperparameters["weights"].Values.ToArray() : null;
        MethodSummary summary = new()
        {
            Name = method,
            TestAccuracy = after.Accuracy,
            TestLoss = after.Loss,
            ValidationLoss = result.ValidationLoss,
            Seconds = result.Elapsed.TotalSeconds,
        };
        return (summary, weights);
    }

    private Examples Choose(string method) => method switch
    {
        CleanPart => new(data.Training.Inputs.index_select(0, labels.CleanIndices), data.Training.Labels.index_select(0, labels.CleanIndices)),
        ValidationImages => new(data.Validation.Inputs.alias(), data.Validation.Labels.alias()),
        _ => new(data.Training.Inputs.alias(), labels.Given.alias()),
    };
}
