using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>A tensor that a loss or a model reads: a leaf of autograd which holds φ, a scalar or one entry per index.</summary>
public sealed class TensorHyperparameter : Hyperparameter
{
    private readonly Action<Tensor> write;
    private Tensor leaf;

    /// <summary>Declares a scalar; called by generated code.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="domain">The values it may take.</param>
    /// <param name="start">The value to start from.</param>
    /// <param name="write">Writes the annotated field.</param>
    public TensorHyperparameter(string name, HyperparameterDomain domain, double start, Action<Tensor> write)
        : this(name, domain, start, 1, isVector: false, write)
    {
    }

    /// <summary>Declares a vector; called by generated code.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="domain">The values its entries may take.</param>
    /// <param name="start">The value every entry starts from.</param>
    /// <param name="size">The number of entries.</param>
    /// <param name="write">Writes the annotated field.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
    public TensorHyperparameter(string name, HyperparameterDomain domain, double start, int size, Action<Tensor> write)
        : this(name, domain, start,
            size > 0 ? size : throw new ArgumentOutOfRangeException(nameof(size), size, $"Hyperparameter '{name}' needs at least one entry."),
            isVector: true, write)
    {
    }

    private TensorHyperparameter(string name, HyperparameterDomain domain, double start, int size, bool isVector, Action<Tensor> write)
        : base(name, domain, start, size, isVector)
    {
        this.write = write;
        leaf = CreateLeaf(CPU, ScalarType.Float32);
        write(leaf);
    }

    /// <summary>The leaf itself, [] or [Count]. It changes when the hyperparameter is placed on another device.</summary>
    internal Tensor Leaf => leaf;

    /// <summary>Refuses a leaf that the program has spoilt.</summary>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    /// <exception cref="InvalidOperationException">It is learned, but no longer requires a gradient.</exception>
    internal void CheckLeaf()
    {
        if (leaf.IsInvalid)
            throw new ObjectDisposedException(null, $"The tensor of hyperparameter '{Name}' has been disposed: it belongs to the object that declares it. Make that "
                + "object and the problem anew.");
        if (IsLearned && !leaf.requires_grad)
            throw new InvalidOperationException($"The tensor of hyperparameter '{Name}', which is learned, no longer requires a gradient: set requires_grad = true, or "
                + "Fix() it before the trainer is made.");
    }

    /// <summary>Puts the leaf where the problem computes. The field then holds the new leaf.</summary>
    internal void PlaceOn(Device device, ScalarType type)
    {
        if (leaf.dtype == type && leaf.device_type == device.type && leaf.device_index == device.index)
            return;
        Tensor former = leaf;
        leaf = CreateLeaf(device, type);
        write(leaf);
        former.Dispose();
    }

    /// <inheritdoc/>
    internal override void Publish()
    {
        CheckLeaf();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        leaf.copy_(CreateData(leaf.device, leaf.dtype));
    }

    /// <inheritdoc/>
    private protected override void LearnedChanged() => leaf.requires_grad = IsLearned;

    private Tensor CreateLeaf(Device device, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor created = CreateData(device, type);
        created.requires_grad = IsLearned;
        return created.DetachFromDisposeScope();
    }

    private Tensor CreateData(Device device, ScalarType type)
    {
        Tensor data = tensor(Values.ToArray(), dtype: ScalarType.Float64).to(type, device, copy: true);
        return IsVector ? data : data.squeeze(0);
    }
}
