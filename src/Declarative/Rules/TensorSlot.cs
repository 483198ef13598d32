using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>A tensor that a step replaces: a flat one, that outlives the dispose scope in which it was made, or one parameter's slice
/// of a flat one, through which the flat one is written.</summary>
internal sealed class TensorSlot : IDisposable
{
    private readonly ParameterSlice? slice;
    private readonly string name;

    /// <summary>A flat tensor, taken out of its dispose scope and owned from now on.</summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="value">Its value.</param>
    public TensorSlot(string name, Tensor value)
    {
        this.name = name;
        Value = value.DetachFromDisposeScope();
    }

    private TensorSlot(string name, Tensor part, ParameterSlice slice)
    {
        this.name = name;
        this.slice = slice;
        Value = part;
    }

    /// <summary>The tensor as it is now.</summary>
    public Tensor Value { get; private set; }

    /// <summary>The tensor as it is now, in one of its own.</summary>
    public TensorSlot Copy() => new(name, Value.clone());

    /// <summary>One parameter's slice of this tensor, which belongs to the current dispose scope.</summary>
    public TensorSlot Slice(ParameterSlice slice) => new(name, slice.Of(Value), slice);

    /// <summary>A tensor of the current dispose scope in place of this one, for one parameter's slice.</summary>
    public TensorSlot Slice(ParameterSlice slice, Tensor value) => new(name, value, slice);

    /// <summary>Replaces the tensor. A flat one is released, and the new one taken out of its dispose scope and owned; a slice of one is
    /// overwritten.</summary>
    /// <exception cref="InvalidOperationException">The new value has another shape.</exception>
    public void Replace(Tensor value)
    {
        if (slice is not null)
            slice.Write(Value, value, name);
        else if (!ReferenceEquals(Value, value))
        {
            Tensor former = Value;
            if (value.numel() != former.numel())
                throw new InvalidOperationException($"The update rule gave {name} {value.numel()} entries where it had {former.numel()}. "
                    + "A step must keep the shape of everything that it changes; a state that is not used has no entries.");
            Value = value.DetachFromDisposeScope();
            former.Dispose();
        }
    }

    /// <summary>Becomes what another one is, in the tensor that is there, where it has kept its shape and type: that needs no memory.</summary>
    public void Become(TensorSlot other)
    {
        Tensor former = Value;
        if (!former.IsInvalid && former.dtype == other.Value.dtype && former.shape.AsSpan().SequenceEqual(other.Value.shape))
        {
            using var noGradient = no_grad();
            former.copy_(other.Value);
            return;
        }
        Value = other.Value.clone().DetachFromDisposeScope();
        if (!former.IsInvalid)
            former.Dispose();
    }

    /// <summary>Releases the tensor.</summary>
    public void Dispose() => Value.Dispose();
}
