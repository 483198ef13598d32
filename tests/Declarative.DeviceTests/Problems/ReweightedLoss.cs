using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>Cross entropy with one weight per training example.</summary>
public sealed partial class ReweightedLoss(Module<Tensor, Tensor> model, int examples)
{
    private int Examples => examples;
    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))] private Tensor weights;

    public Tensor Weights => weights;

    public Tensor Training(Batch batch) =>
        (weights.index_select(0, batch.Indices) * cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: Reduction.None)).mean();
}

/// <summary>Adds a learned decay to the training loss, and divides the logits of the validation loss by a learned temperature.</summary>
public sealed partial class ShapedLoss(Module<Tensor, Tensor> model, ReweightedLoss inner)
{
    [Hyperparameter(0.01, Domain.Positive)] private Tensor decay;
    [Hyperparameter(1.5, Domain.Interval, Min = 0.5, Max = 4)] private Tensor temperature;

    public Tensor Training(Batch batch) => inner.Training(batch) + decay * model.parameters().Select(parameter => parameter.square().sum()).Aggregate((a, b) => a + b);

    public Tensor Validation(Batch batch) => cross_entropy(model.call(batch.Inputs) / temperature, batch.Targets);
}
