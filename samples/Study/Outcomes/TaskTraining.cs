using Declarative;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Samples.Study.Outcomes;

/// <summary>One training of a task's model from its start.</summary>
internal sealed class TaskTraining : IDisposable
{
    private const int BatchSize = 100;

    private readonly FashionMnistData data;
    private readonly Module<Tensor, Tensor> model;
    private readonly TensorBatchSource training, validation;

    /// <param name="task">The task.</param>
    /// <param name="data">The images.</param>
    /// <param name="seed">Decides initial parameters and all batches: equal ones for all methods.</param>
    /// <param name="settings">The values to start from.</param>
    /// <param name="options">How to tune; null for settings that are kept.</param>
    /// <param name="validationBatch">The images of a validation batch.</param>
    /// <param name="learningRate">A schedule for the learning rate, if any.</param>
    public TaskTraining(OutcomeTask task, FashionMnistData data, int seed, IReadOnlyDictionary<string, double> settings, GlocalOptions? options,
        int validationBatch, Schedule? learningRate = null)
    {
        this.data = data;
        model = task.CreateModel(seed);
        IUpdateRule optimizer = task.Optimizer();
        HyperparameterSet all = optimizer.Hyperparameters;
        all.Fix();
        foreach (var (name, value) in settings)
            all[name].Value = value;
        if (options is not null)
            foreach (string name in settings.Keys)
                all[name].Learn();
        if (learningRate is not null)
            all["learningRate"].Follow(learningRate);

        Tensor CrossEntropy(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
        training = new(data.Training.Inputs.narrow(0, 0, task.Images), data.Training.Labels.narrow(0, 0, task.Images), BatchSize, seed);
        validation = new(data.Validation.Inputs, data.Validation.Labels, validationBatch, seed + 1);
        Trainer = new(new(model, optimizer, CrossEntropy, CrossEntropy), training, validation,
            (options ?? new GlocalOptions { Window = 100 }) with { Seed = seed });
        Settings = all;
    }

    public BilevelTrainer Trainer { get; }

    /// <summary>The optimizer's hyperparameters.</summary>
    public HyperparameterSet Settings { get; }

    /// <summary>Why the training broke off, with the model as it last was good; null where it did not.</summary>
    public string? Divergence { get; private set; }

    /// <summary>Trains, unless the training has broken off.</summary>
    public void Run(Action<BilevelTrainer> steps)
    {
        if (Divergence is not null)
            return;
        try
        {
            steps(Trainer);
        }
        catch (TrainingDivergedException e)
        {
            Divergence = e.Message;
        }
    }

    /// <summary>On all validation images.</summary>
    public Evaluation Validate() => Evaluation.Of(model, data.Validation);

    /// <summary>On the test images: once, at the end.</summary>
    public Evaluation Test() => Evaluation.Of(model, data.Test);

    public void Dispose()
    {
        Trainer.Dispose();
        training.Dispose();
        validation.Dispose();
        model.Dispose();
    }
}
