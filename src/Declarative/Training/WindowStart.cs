using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>All that a window changes, as it was at its start: θ, what the mode carries, and the model's buffers.</summary>
internal sealed class WindowStart : IDisposable
{
    private readonly ParameterVector parameters;
    private readonly IHypergradientMode mode;
    private readonly ModelBuffers buffers;
    private readonly Tensor parameter;
    private readonly Tensor[] bufferValues;
    private readonly ModeState carried;

    /// <summary>Saves it.</summary>
    public WindowStart(ParameterVector parameters, IHypergradientMode mode, ModelBuffers buffers)
    {
        using var scope = NewDisposeScope();
        this.parameters = parameters;
        this.mode = mode;
        this.buffers = buffers;
        parameter = parameters.Vector.clone().DetachFromDisposeScope();
        bufferValues = Array.ConvertAll(buffers.Save(), buffer => buffer.DetachFromDisposeScope());
        carried = mode.Save();
    }

    /// <summary>Goes back to it.</summary>
    public void Restore()
    {
        parameters.Write(parameter);
        buffers.Restore(bufferValues);
        mode.Restore(carried);
    }

    /// <summary>Where the window goes wrong from here, if its losses, gradients or parameters do. θ and the buffers are changed.</summary>
    public (long Step, string What)? Diagnose(TapeContext context, InnerWindow window)
    {
        using OptimizerState state = carried.State.Copy();
        return WindowDiagnosis.Find(context, state, window);
    }

    /// <summary>Releases what was saved.</summary>
    public void Dispose()
    {
        parameter.Dispose();
        foreach (Tensor buffer in bufferValues)
            buffer.Dispose();
        carried.Dispose();
    }
}
