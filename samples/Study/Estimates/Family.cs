using Declarative;
using Samples.Study.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Samples.Study.Estimates;

/// <summary>A family of training problems on which estimators are compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">Learning rates and momenta to train with: stable ones.</param>
/// <param name="Moments">The plain steps taken before the trajectory begins.</param>
/// <param name="Horizons">The steps, counted from there, at which the global hypergradient is wanted, ascending.</param>
/// <param name="FullBatch">The examples that make the whole training set of the full-batch variant.</param>
/// <param name="ValidationExamples">The examples of the one validation batch.</param>
internal sealed record Family(string Name, (double LearningRate, double Momentum)[] Settings, int[] Moments, int[] Horizons, int FullBatch,
    int ValidationExamples)
{
    /// <summary>The random vectors of a quadratic, and the examples of a mini-batch.</summary>
    private const int QuadraticExamples = 2_000, MiniBatch = 100;

    /// <summary>All families.</summary>
    public static readonly IReadOnlyList<Family> All =
    [
        new("quadratic, condition 100", [(0.3, 0.5), (0.1, 0.9), (0.02, 0.9)], [0, 200, 1000], [150, 300, 1000], QuadraticExamples, 1),
        new("quadratic, condition 1000", [(0.3, 0.5), (0.1, 0.9), (0.02, 0.9)], [0, 200, 1000], [150, 300, 1000], QuadraticExamples, 1),
        new("logistic", [(0.03, 0.5), (0.01, 0.9), (0.003, 0.9)], [0, 200, 1000], [150, 300, 1000], 200, 300),
        new("mlp", [(0.1, 0.5), (0.01, 0.9), (0.001, 0.9)], [0, 200, 1000], [150, 300, 1000], 200, 300),
        new("lenet", [(0.01, 0.5), (0.002, 0.9)], [0, 200], [150, 300], 100, 200),
    ];

    private const double WeightDecay = 1e-3;

    /// <summary>Builds the problem: learning rate, momentum and weight decay of gradient descent are learned.</summary>
    /// <param name="isFull">Whether each step sees the whole training set.</param>
    /// <param name="setting">Which of <see cref="Settings"/>.</param>
    /// <param name="seed">Decides start and batches.</param>
    /// <param name="data">The images.</param>
    public FamilyProblem Build(bool isFull, int setting, int seed, FashionMnistData data)
    {
        Sgd optimizer = new();
        optimizer.Hyperparameters["learningRate"].Value = Settings[setting].LearningRate;
        optimizer.Hyperparameters["momentum"].Value = Settings[setting].Momentum;
        optimizer.Hyperparameters["weightDecay"].Value = WeightDecay;
        if (Name.StartsWith("quadratic", StringComparison.Ordinal))
        {
            Quadratic bowl = new(Name.EndsWith("1000", StringComparison.Ordinal) ? 1000 : 100, QuadraticExamples, seed);
            Tensor Loss(Batch batch) => bowl.call(batch.Inputs);
            return new(bowl, new(bowl, optimizer, Loss, Loss),
                new TensorBatchSource(bowl.Vectors, bowl.Vectors, isFull ? QuadraticExamples : MiniBatch, seed),
                new TensorBatchSource(bowl.ValidationVector, bowl.ValidationVector, 1));
        }

        Module<Tensor, Tensor> model = Name switch
        {
            "logistic" => new Logistic(seed),
            "mlp" => new Mlp(seed),
            _ => new LeNet(seed),
        };
        Tensor CrossEntropy(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
        long count = isFull ? FullBatch : data.Training.Count;
        return new(model, new(model, optimizer, CrossEntropy, CrossEntropy),
            new TensorBatchSource(data.Training.Inputs.narrow(0, 0, count), data.Training.Labels.narrow(0, 0, count),
                isFull ? FullBatch : MiniBatch, seed),
            new TensorBatchSource(data.Validation.Inputs, data.Validation.Labels, ValidationExamples, seed));
    }
}

/// <summary>A problem with all that it needs.</summary>
internal sealed record FamilyProblem(Module<Tensor, Tensor> Model, BilevelProblem Problem, TensorBatchSource Training, TensorBatchSource Validation)
    : IDisposable
{
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
        Model.Dispose();
    }
}
