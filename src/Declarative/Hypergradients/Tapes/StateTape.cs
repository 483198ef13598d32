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
        return TakeStep(context, state, step);
    }

    /// <inheritdoc/>
    public void Finish()
    {
    }

    /// <inheritdoc/>
    public TapeStep Back(long step)
    {
        KeptState before = kept[step];
        before.Restore(context);
        (_, LossGradient gradient) = context.Losses.Training(step, context.Leaves, createGraph: true);
        return new(before.Parameter, before.State, gradient, context.Parameters.Views);
    }

    /// <summary>Releases what was kept.</summary>
    public void Dispose()
    {
        foreach (KeptState before in kept.Values)
            before.Dispose();
    }

    /// <summary>A plain step.</summary>
    internal static Tensor TakeStep(TapeContext context, OptimizerState state, long step)
    {
        using var scope = NewDisposeScope();
        (Tensor loss, LossGradient gradient) = context.Losses.Training(step, [], createGraph: false);
        using var noGradient = no_grad();
        context.Parameters.Write(context.Optimizer.Step(state, context.Parameters.Vector, gradient.Flat, step));
        return loss.detach().MoveToOuterDisposeScope();
    }
}
