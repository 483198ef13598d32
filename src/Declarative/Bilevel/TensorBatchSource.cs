using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Batches of a data set that lies in memory, gathered on its own device. Each epoch visits the examples in a new random
/// order; what does not fill a batch at an epoch's end is left out of that epoch.</summary>
public sealed class TensorBatchSource : IBatchSource, IDisposable
{
    private readonly Tensor inputs;
    private readonly Tensor targets;
    private readonly int examples;
    private readonly int batchSize;
    private readonly ulong seed;
    private Tensor? order;
    private long epochOfOrder = -1;

    /// <summary>Batches of a data set.</summary>
    /// <param name="inputs">The inputs, examples along the first dimension. The caller keeps owning them.</param>
    /// <param name="targets">The targets, as many, on the same device.</param>
    /// <param name="batchSize">The examples of a batch; at most as many as there are.</param>
    /// <param name="seed">Decides the order of all epochs.</param>
    /// <exception cref="ArgumentException">There are no examples, their numbers differ, they lie on two devices, or are sparse.</exception>
    /// <exception cref="ObjectDisposedException">The inputs or the targets have been disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty, or larger than the data set.</exception>
    public TensorBatchSource(Tensor inputs, Tensor targets, int batchSize, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        Check(inputs, nameof(inputs));
        Check(targets, nameof(targets));
        if (inputs.dim() == 0 || targets.dim() == 0 || inputs.size(0) == 0)
            throw new ArgumentException($"The data set is empty: inputs [{string.Join(", ", inputs.shape)}], targets [{string.Join(", ", targets.shape)}].");
        if (inputs.size(0) != targets.size(0))
            throw new ArgumentException($"There are {inputs.size(0)} inputs but {targets.size(0)} targets.");
        if (inputs.device_type != targets.device_type || inputs.device_index != targets.device_index)
            throw new ArgumentException($"The inputs lie on {inputs.device}, the targets on {targets.device}.");
        examples = checked((int)inputs.size(0));
        if (batchSize < 1 || batchSize > examples)
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, $"A batch must hold 1 to {examples} examples.");
        this.inputs = inputs;
        this.targets = targets;
        this.batchSize = batchSize;
        this.seed = unchecked((ulong)seed);
    }

    /// <summary>The batches of one epoch.</summary>
    public int BatchesPerEpoch => examples / batchSize;

    /// <inheritdoc/>
    public Batch At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        CheckPresent(inputs, nameof(inputs));
        CheckPresent(targets, nameof(targets));
        Tensor indices = OrderOf(step / BatchesPerEpoch).narrow(0, step % BatchesPerEpoch * batchSize, batchSize);
        return new(inputs.index_select(0, indices), targets.index_select(0, indices), indices);
    }

    /// <summary>Releases the order of the present epoch; the data set stays with its owner.</summary>
    public void Dispose()
    {
        order?.Dispose();
        order = null;
        epochOfOrder = -1;
    }

    private static void Check(Tensor tensor, string name)
    {
        CheckPresent(tensor, name);
        if (tensor.is_sparse)
            throw new ArgumentException($"The {name} are sparse: make them dense with to_dense().", name);
    }

    private static void CheckPresent(Tensor tensor, string name)
    {
        if (tensor.IsInvalid)
            throw new ObjectDisposedException(null, $"The {name} of a data set have been disposed: batches are taken from them as long as training lasts.");
    }

    private Tensor OrderOf(long epoch)
    {
        if (epoch == epochOfOrder)
            return order!;
        using var scope = NewDisposeScope();
        Tensor created = HostNumbers.Send(RandomNumbers.Permutation(examples, seed, (ulong)epoch), inputs.device);
        order?.Dispose();
        order = created.DetachFromDisposeScope();
        epochOfOrder = epoch;
        return order;
    }
}
