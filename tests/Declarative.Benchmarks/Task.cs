using Declarative.Koopman;
using Samples;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Benchmarks;

/// <summary>The main job's problem on real images: a model, its losses and its batches.</summary>
internal sealed class Task : IDisposable
{
    private readonly FashionMnistData data = FashionMnistData.Load(FashionMnistData.DefaultFolder, CPU, PixelScale.Normalized);
    private readonly TensorBatchSource training;
    private readonly TensorBatchSource validation;

    public Task(Module<Tensor, Tensor> model)
    {
        Model = model;
        training = new(data.Training.Inputs, data.Training.Labels, 100);
        validation = new(data.Validation.Inputs, data.Validation.Labels, 500);
    }

    public Module<Tensor, Tensor> Model { get; }

    public IBatchSource Training => training;

    public IBatchSource Validation => validation;

    public Tensor Loss(Batch batch) => cross_entropy(Model.call(batch.Inputs), batch.Targets);

    /// <summary>Learning rate, momentum and weight decay are learned: q = 3.</summary>
    public BilevelTrainer CreateTrainer(int window = 50, int stride = 1, HypergradientMode mode = HypergradientMode.Forward, bool fix = false,
        ReverseStorage storage = ReverseStorage.Automatic)
    {
        var problem = new BilevelProblem(Model, new Sgd(), Loss, Loss);
        if (fix)
            problem.Hyperparameters.Fix();
        return new(problem, training, validation, new GlocalOptions
        {
            Window = window, Stride = stride, Mode = mode, Storage = storage, Memory = TangentMemory.Reset, Estimator = new AffineHankelEstimator(),
        });
    }

    public void Dispose()
    {
        training.Dispose();
        validation.Dispose();
        data.Dispose();
        Model.Dispose();
    }
}
