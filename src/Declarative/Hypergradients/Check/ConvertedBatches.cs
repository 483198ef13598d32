using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Batches whose floating-point inputs and targets are of one type.</summary>
internal sealed class ConvertedBatches(IBatchSource source, ScalarType type) : IBatchSource
{
    /// <inheritdoc/>
    public Batch At(long step)
    {
        Batch batch = source.At(step);
        return batch is null ? null! : batch with { Inputs = Convert(batch.Inputs), Targets = Convert(batch.Targets) };
    }

    private Tensor Convert(Tensor tensor) => tensor is not null && tensor.is_floating_point() ? tensor.to(type) : tensor!;
}
