using Declarative.Interop;
using Declarative.Koopman;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Reverse mode: keeps what it needs of a window on a tape, then goes back through it. Per step the generated adjoint of the update
/// rule gives (θ̄, ō, ḡ, φ̄), and one backward for any number of hyperparameters adds ∇θ⟨g, ḡ⟩ to θ̄ and ∇φ⟨g, ḡ⟩ to φ̄ (Maclaurin,
/// Duvenaud and Adams 2015; Franceschi et al. 2017).</summary>
/// <remarks>One sweep yields a trajectory: S_k, the direct term and the contributions of the last k steps, is the hypergradient truncated
/// to k steps of look-back. The same batches and random numbers are seen again, as both are functions of the step number; buffers
/// (batch-norm statistics) are put back.</remarks>
/// <param name="parts">The problem.</param>
/// <param name="storage">What to keep of a window; not <see cref="ReverseStorage.Automatic"/>.</param>
internal sealed class ReverseMode(ModeParts parts, ReverseStorage storage) : WindowMode(parts)
{
    /// <inheritdoc/>
    public override WindowSamples Run(InnerWindow window)
    {
        using var windowScope = NewDisposeScope();
        using var gradient = enable_grad();
        Batch validation = Parts.Losses.ValidationBatch(window.Index);
        TapeContext context = Parts.OpenWindow();
        using var samples = new AdjointSamples(Parts, Leaves, window.Steps / window.Stride);
        using IWindowTape tape = storage switch
        {
            ReverseStorage.Graphs => new GraphTape(context, State),
            ReverseStorage.States => new StateTape(context, State),
            _ => new CheckpointTape(context, State, window.Steps),
        };
        Tensor trainingLosses = stack([.. Enumerable.Range(0, window.Steps).Select(i => tape.Forward(window.FirstStep + i))]);
        tape.Finish();
        Tensor loss = Backward(window, validation, context, tape, samples);
        Leaves.CheckUsed();
        return samples.Read(trainingLosses, loss);
    }

    // Gives the validation loss, and adds S_k for k = 1 ... τ.
    private Tensor Backward(InnerWindow window, Batch validation, TapeContext context, IWindowTape tape, AdjointSamples samples)
    {
        using var reached = new KeptPoint(context);
        (Tensor loss, LossGradient atEnd) = Parts.Losses.Validation(validation, context.Leaves);
        Leaves.Note(atEnd);
        Tensor leafAdjoint = Leaves.Flatten(atEnd.LeafParts);
        using OptimizerAdjoints adjoints = Parts.Optimizer.CreateAdjoints(atEnd.Flat);
        try
        {
            for (int i = window.Steps - 1; i >= 0; i--)
            {
                using var stepScope = NewDisposeScope();
                StepBack(window.FirstStep + i, tape, context.Leaves, leafAdjoint, adjoints);
                if ((window.Steps - i) % window.Stride == 0)
                    samples.Add(cat([adjoints.Hyperparameters, leafAdjoint]));
            }
        }
        finally
        {
            reached.Restore();
        }
        return loss.detach();
    }

    private void StepBack(long step, IWindowTape tape, Tensor[] leafValues, Tensor leafAdjoint, OptimizerAdjoints adjoints)
    {
        Parts.Losses.Cancellation.ThrowIfCancellationRequested();
        (Tensor parameter, OptimizerState before, LossGradient gradient, Tensor[] at) = tape.Back(step);
        Leaves.Note(gradient);
        using var noGradient = no_grad();
        Parts.Optimizer.AdjointStep(before, adjoints, parameter, gradient.Flat, step);
        if (ReferenceEquals(at, Parts.Parameters.Views))
            Parts.Parameters.CheckUnwritten(gradient.Writes);
        (Tensor throughGradient, Tensor[] throughLeaves) = Autograd.Adjoint(gradient, at, leafValues, adjoints.Gradient);
        adjoints.AddParameter(throughGradient);
        leafAdjoint.AddInPlace(Leaves.Flatten(throughLeaves));
    }
}
