using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>What the steps of a window work with.</summary>
/// <param name="Optimizer">The update rules.</param>
/// <param name="Parameters">θ.</param>
/// <param name="Losses">The losses.</param>
/// <param name="Buffers">The model's buffers.</param>
/// <param name="Leaves">The leaves of learned tensor hyperparameters.</param>
internal sealed record TapeContext(InnerOptimizer Optimizer, ParameterVector Parameters, LossEvaluation Losses, ModelBuffers Buffers, Tensor[] Leaves)
{
    /// <summary>Takes a plain step.</summary>
    /// <param name="state">o; becomes o'.</param>
    /// <param name="step">From 0.</param>
    /// <returns>The training loss, in the present dispose scope.</returns>
    public Tensor TakeStep(OptimizerState state, long step)
    {
        using var scope = NewDisposeScope();
        (Tensor loss, LossGradient gradient) = Losses.Training(step, [], createGraph: false);
        using var noGradient = no_grad();
        Parameters.Update(parameter => Optimizer.Step(state, parameter, gradient.Flat, step, mayOverwrite: true));
        return loss.detach().MoveToOuterDisposeScope();
    }
}
