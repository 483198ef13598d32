using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Keeps (θ, o) before each step. A gradient is computed again when the way back comes to it: one more gradient a step.</summary>
internal sealed class StateTape(TapeContext context, OptimizerState state) : IWindowTape
{
    private readonly Dictionary<long, KeptState> kept = [];

    /// <inheritdoc/>
    public Tensor Forward(long step)
    {
        kept.Add(step, new(context, state));
        return context.TakeStep(state, step);
    }

    /// <inheritdoc/>
    public void Finish()
    {
    }

    /// <inheritdoc/>
    public TapeStep Back(long step)
    {
        KeptState before = kept[step];
        before.Point.Restore();
        (_, LossGradient gradient) = context.Losses.Training(step, context.Leaves, createGraph: true);
        return new(before.Point.Parameter, before.State, gradient, context.Parameters.Views);
    }

    /// <summary>Releases what was kept.</summary>
    public void Dispose()
    {
        foreach (KeptState before in kept.Values)
            before.Dispose();
    }
}

/// <summary>(θ, o) and the buffers before a step, in tensors of its own.</summary>
internal sealed class KeptState(TapeContext context, OptimizerState state) : IDisposable
{
    /// <summary>θ and the buffers.</summary>
    public KeptPoint Point { get; } = new(context);

    /// <summary>o.</summary>
    public OptimizerState State { get; } = state.Copy();

    /// <summary>Releases it.</summary>
    public void Dispose()
    {
        Point.Dispose();
        State.Dispose();
    }
}
