using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>θ and the buffers as they were at some moment, in tensors of its own.</summary>
internal sealed class KeptPoint : IDisposable
{
    private readonly TapeContext context;
    private readonly Tensor[] buffers;

    /// <summary>Keeps what is there now.</summary>
    public KeptPoint(TapeContext context)
    {
        using var scope = NewDisposeScope();
        this.context = context;
        Parameter = context.Parameters.Vector.clone().DetachFromDisposeScope();
        buffers = Array.ConvertAll(context.Buffers.Save(), buffer => buffer.DetachFromDisposeScope());
    }

    /// <summary>θ [p].</summary>
    public Tensor Parameter { get; }

    /// <summary>Puts θ and the buffers back where the model reads them.</summary>
    public void Restore()
    {
        context.Parameters.Write(Parameter);
        context.Buffers.Restore(buffers);
    }

    /// <summary>Releases it.</summary>
    public void Dispose()
    {
        Parameter.Dispose();
        foreach (Tensor buffer in buffers)
            buffer.Dispose();
    }
}
