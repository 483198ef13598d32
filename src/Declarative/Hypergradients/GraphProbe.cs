using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>What one training gradient, made with its graph before a run begins, tells of the model.</summary>
/// <param name="CanStandIn">Whether other tensors can stand in for the parameters: no part of the model is implemented in native code.</param>
/// <param name="GraphBytes">The memory that the graph of one step keeps; nothing where it cannot be measured (CUDA, no glibc).</param>
internal sealed record GraphProbe(bool CanStandIn, long? GraphBytes)
{
    /// <summary>Evaluates a step without taking it.</summary>
    /// <param name="context">The problem. θ and the buffers are afterwards as they were.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="kernels">Told what cannot be differentiated twice as it is.</param>
    /// <exception cref="InvalidOperationException">The training loss is not usable.</exception>
    public static GraphProbe Of(TapeContext context, long step, RunKernels kernels)
    {
        using var scope = NewDisposeScope();
        using var gradient = enable_grad();
        using var kept = new KeptPoint(context);
        try
        {
            // The first evaluation allocates what stays: caches of kernels.
            bool isDone = false;
            while (!isDone)
            {
                try
                {
                    Evaluate(context, step, twice: true);
                    isDone = !kernels.MustEvaluateAgain();
                }
                catch (Exception e)
                {
                    if (!kernels.TryMeet(e) && !kernels.MustEvaluateAgain())
                        throw;
                }
            }
            return Evaluate(context, step, twice: false);
        }
        finally
        {
            kept.Restore();
        }
    }

    private static GraphProbe Evaluate(TapeContext context, long step, bool twice)
    {
        using var scope = NewDisposeScope();
        Tensor parameter = context.Parameters.Vector.clone();
        Tensor[] at = [.. context.Parameters.Slices.Select(slice => slice.Of(parameter).requires_grad_())];
        long? before = NativeMemory.Allocated;
        // In a module of native code it is the parameters themselves that would be written to.
        Tensor[] unwritten = [.. at, .. context.Parameters.Views];
        long[] versions = TensorContents.Versions(unwritten);
        (_, LossGradient gradient, bool isWhole) = context.Losses.TrainingAt(step, at, context.Leaves);
        if (!TensorContents.Versions(unwritten).SequenceEqual(versions))
            throw ParameterVector.WrittenElsewhere(NameOfWritten(context, at));
        long? bytes = parameter.device_type == DeviceType.CPU ? NativeMemory.Allocated - before : null;
        if (twice && isWhole)
            Autograd.Adjoint(gradient, at, context.Leaves, gradient.Flat);
        else if (twice)
            TwiceAtParameters(context, step);
        return new(isWhole, bytes is { } measured ? Math.Max(0, measured) : null);
    }

    // Views of one vector share their version, so that the values have to tell.
    private static string NameOfWritten(TapeContext context, Tensor[] at) =>
        context.Parameters.Slices[Math.Max(0, Enumerable.Range(0, at.Length).FirstOrDefault(i => !HostNumbers.AreEqual(at[i], context.Parameters.Views[i]), -1))].Name;

    private static void TwiceAtParameters(TapeContext context, long step)
    {
        (_, LossGradient gradient) = context.Losses.Training(step, context.Leaves, createGraph: true);
        Autograd.Adjoint(gradient, context.Parameters.Views, context.Leaves, gradient.Flat);
    }
}
