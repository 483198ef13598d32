using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>The buffers of a model (batch-norm statistics): constants of differentiation that a training step may change.</summary>
internal sealed class ModelBuffers(nn.Module model)
{
    private readonly Tensor[] buffers = ModuleInternals.Buffers(model);

    /// <summary>Their values, in tensors of the present dispose scope.</summary>
    public Tensor[] Save() => buffers.Length == 0 ? [] : Array.ConvertAll(buffers, buffer => buffer.clone());

    /// <summary>Puts values back; not those of a buffer that the program has disposed, which is refused when the next window begins.</summary>
    public void Restore(Tensor[] saved)
    {
        using var noGradient = no_grad();
        for (int i = 0; i < saved.Length; i++)
            if (!buffers[i].IsInvalid)
                buffers[i].copy_(saved[i]);
    }
}
