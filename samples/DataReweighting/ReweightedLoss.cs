using Declarative;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Samples.DataReweighting;

/// <summary>A training loss with a weight for every training example.</summary>
internal sealed partial class ReweightedLoss(Module<Tensor, Tensor> model, int examples)
{
    private int Examples => examples;

    [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(Examples))]
    private Tensor weights;

    /// <summary>The weighted mean of a batch's cross-entropies. A sum over the batch's size would shrink with the weights, as if the
    /// learning rate did; so the mean is over the sum of weights, equal weights are no weights, and only which examples count is learned.</summary>
    public Tensor Training(Batch batch)
    {
        Tensor chosen = weights.index_select(0, batch.Indices);
        Tensor losses = cross_entropy(model.call(batch.Inputs), batch.Targets, reduction: Reduction.None);
        return (chosen * losses).sum() / chosen.sum();
    }

    /// <summary>The plain mean, for validation and for training without weights.</summary>
    public Tensor Plain(Batch batch) => cross_entropy(model.call(batch.Inputs), batch.Targets);
}
