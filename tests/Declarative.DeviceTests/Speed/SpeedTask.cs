using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>A model on a device with random images: what is timed does not depend on what they show.</summary>
internal sealed class SpeedTask : IDisposable
{
    private const int BatchesPerEpoch = 16;

    private static readonly string[] settings = ["learningRate", "momentum", "weightDecay"];

    private readonly TensorBatchSource training, validation;

    /// <summary>Makes it; its images belong to the present dispose scope.</summary>
    public SpeedTask(SpeedModel shape, Device device, ScalarType type = ScalarType.Float32)
    {
        Shape = shape;
        Model = shape.Create();
        Model.to(type).to(device);
        using var generator = new Generator(4);
        Tensor Images(long count) => randn([count, .. shape.InputShape], generator: generator).to(type, device);
        Tensor Labels(long count) => randint(0, 10, [count], dtype: ScalarType.Int64, generator: generator).to(device);
        training = new(Images(BatchesPerEpoch * shape.Batch), Labels(BatchesPerEpoch * shape.Batch), shape.Batch);
        validation = new(Images(shape.Batch), Labels(shape.Batch), shape.Batch);
    }

    public SpeedModel Shape { get; }

    public Module<Tensor, Tensor> Model { get; }

    public IBatchSource Training => training;

    public IBatchSource Validation => validation;

    public Tensor Loss(Batch batch) => cross_entropy(Model.call(batch.Inputs), batch.Targets);

    /// <summary>SGD with momentum and weight decay, of which the first settings are learned. Outer steps are computed, and move nothing.</summary>
    public BilevelTrainer CreateTrainer(int window, int learned, GlocalOptions options)
    {
        var rule = new Sgd();
        rule.Hyperparameters.Fix();
        foreach ((string name, double value) in settings.Zip([.01, .9, 1e-4]))
            rule.Hyperparameters[name].Value = value;
        foreach (string name in settings[..learned])
            rule.Hyperparameters[name].Learn();
        return new(new(Model, rule, Loss, Loss), training, validation,
            options with { Window = window, Memory = TangentMemory.Reset, Outer = new OuterAdam { StepSize = 1e-300 } });
    }

    public void Dispose()
    {
        training.Dispose();
        validation.Dispose();
        Model.Dispose();
    }
}
