using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Finds where a window went wrong: takes its steps again, with a look at everything.</summary>
internal static class WindowDiagnosis
{
    /// <summary>The first step, counted from 1, after which something is not finite, and what; nothing where all losses, gradients and
    /// parameters are finite.</summary>
    /// <param name="context">The problem. θ and the buffers are changed: they must be as at the window's start, and put back afterwards.</param>
    /// <param name="state">o at the window's start. Changed.</param>
    /// <param name="window">The window.</param>
    public static (long Step, string What)? Find(TapeContext context, OptimizerState state, InnerWindow window)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        for (long step = window.FirstStep; step < window.FirstStep + window.Steps; step++)
        {
            using var stepScope = NewDisposeScope();
            (Tensor loss, LossGradient gradient) = context.Losses.Training(step, [], createGraph: false);
            if (HostNumbers.Read(loss) is [var value] && !double.IsFinite(value))
                return (step + 1, FormattableString.Invariant($"the training loss is {value}{context.Losses.TrainingDataTrouble(step)}"));
            if (FirstBad(gradient.Flat, context.Parameters) is { } bad)
                return (step + 1, $"the gradient of parameter '{bad.Name}' is not finite");
            using var noGradient = no_grad();
            context.Parameters.Update(parameter => context.Optimizer.Step(state, parameter, gradient.Flat, step, mayOverwrite: true));
            if (FirstBad(context.Parameters.Vector, context.Parameters) is { } written)
                return (step + 1, $"the update of parameter '{written.Name}' is not finite");
        }
        return null;
    }

    private static ParameterSlice? FirstBad(Tensor flat, ParameterVector parameters)
    {
        using var scope = NewDisposeScope();
        if (HostNumbers.IsTrue(flat.isfinite().all()))
            return null;
        return parameters.Slices.First(slice => !HostNumbers.IsTrue(flat.narrow(0, slice.Offset, slice.Count).isfinite().all()));
    }
}
