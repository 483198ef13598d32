using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>Cross entropy with a learned label smoothing.</summary>
public sealed partial class SmoothedLoss(Module<Tensor, Tensor> model)
{
    [Hyperparameter(0.1, Domain.UnitInterval)] private Tensor smoothing;

    public Tensor Training(Batch batch)
    {
        Tensor logProbabilities = log_softmax(model.call(batch.Inputs), 1);
        Tensor uniform = -logProbabilities.mean();
        return nll_loss(logProbabilities, batch.Targets) * (1 - smoothing) + uniform * smoothing;
    }
}

/// <summary>What else a training loss may learn: a temperature, a weight of each class, a decay of each parameter tensor, and the strength
/// of an augmentation, here noise.</summary>
public sealed partial class RichLoss(Module<Tensor, Tensor> model)
{
    [Hyperparameter(1.5, Domain.Interval, Min = 0.5, Max = 4)] private Tensor temperature;
    [Hyperparameter(1, Domain.Positive, Size = nameof(Classes))] private Tensor classWeights;
    [Hyperparameter(0.01, Domain.Positive, Size = nameof(Model))] private Tensor decays;
    [Hyperparameter(0.2, Domain.Positive)] private Tensor noise;

    private static int Classes => 3;

    private Module<Tensor, Tensor> Model => model;

    public Tensor Training(Batch batch)
    {
        Tensor logits = model.call(batch.Inputs + noise * randn_like(batch.Inputs)) / temperature;
        Tensor losses = cross_entropy(logits, batch.Targets, reduction: Reduction.None);
        Tensor decay = stack(model.parameters().Select(parameter => parameter.square().sum())).dot(decays);
        return (losses * classWeights.index_select(0, batch.Targets)).mean() + decay;
    }
}
