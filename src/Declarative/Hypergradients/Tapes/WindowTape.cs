using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>What reverse mode keeps of a window, so that it can go back through it.</summary>
internal interface IWindowTape : IDisposable
{
    /// <summary>Takes one step, and keeps what is needed.</summary>
    /// <param name="step">From 0; one after the other.</param>
    /// <returns>The training loss, in the present dispose scope.</returns>
    Tensor Forward(long step);

    /// <summary>Called after the last step: θ is in the parameter vector from here on.</summary>
    void Finish();

    /// <summary>Goes back to before a step: to the last one first, then to each that came before it.</summary>
    /// <param name="step">The step's number, as it was given to <see cref="Forward"/>.</param>
    TapeStep Back(long step);
}

/// <summary>A step of a window, as it was before it was taken. Its tensors are the tape's or belong to the present dispose scope.</summary>
/// <param name="Parameter">θ [p].</param>
/// <param name="State">o.</param>
/// <param name="Gradient">g, with its graph.</param>
/// <param name="At">The leaves from which that graph was made, shaped like the parameters.</param>
internal sealed record TapeStep(Tensor Parameter, OptimizerState State, LossGradient Gradient, Tensor[] At);

/// <summary>What tapes work with.</summary>
/// <param name="Optimizer">The update rules.</param>
/// <param name="Parameters">θ.</param>
/// <param name="Losses">The losses.</param>
/// <param name="Buffers">The model's buffers.</param>
/// <param name="Leaves">The leaves of learned tensor hyperparameters.</param>
internal sealed record TapeContext(InnerOptimizer Optimizer, ParameterVector Parameters, LossEvaluation Losses, ModelBuffers Buffers, Tensor[] Leaves);

/// <summary>(θ, o) and the buffers before a step, in tensors of its own.</summary>
internal sealed class KeptState : IDisposable
{
    private readonly Tensor[] buffers;

    /// <summary>Keeps what is there now.</summary>
    public KeptState(TapeContext context, OptimizerState state)
    {
        using var scope = NewDisposeScope();
        Parameter = context.Parameters.Vector.clone().DetachFromDisposeScope();
        State = state.Copy();
        buffers = [.. context.Buffers.Save().Select(buffer => buffer.DetachFromDisposeScope())];
    }

    /// <summary>θ [p].</summary>
    public Tensor Parameter { get; }

    /// <summary>o.</summary>
    public OptimizerState State { get; }

    /// <summary>Puts θ and the buffers back where the model reads them.</summary>
    public void Restore(TapeContext context)
    {
        context.Parameters.Write(Parameter);
        context.Buffers.Restore(buffers);
    }

    /// <summary>Releases it.</summary>
    public void Dispose()
    {
        Parameter.Dispose();
        State.Dispose();
        foreach (Tensor buffer in buffers)
            buffer.Dispose();
    }
}
