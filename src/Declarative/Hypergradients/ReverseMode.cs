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
internal sealed class ReverseMode : IHypergradientMode
{
    private readonly nn.Module model;
    private readonly InnerOptimizer optimizer;
    private readonly ParameterVector parameters;
    private readonly LearnedCoordinates coordinates;
    private readonly LossEvaluation losses;
    private readonly TensorLeaves leaves;
    private readonly ReverseStorage storage;
    private OptimizerState state;

    /// <summary>Starts with the rules' initial state.</summary>
    public ReverseMode(nn.Module model, InnerOptimizer optimizer, ParameterVector parameters, LearnedCoordinates coordinates, LossEvaluation losses,
        ReverseStorage storage)
    {
        this.model = model;
        this.optimizer = optimizer;
        this.parameters = parameters;
        this.coordinates = coordinates;
        this.losses = losses;
        this.storage = storage;
        leaves = new(coordinates, parameters);
        state = optimizer.CreateState();
    }

    /// <summary>Does nothing: a window remembers nothing of those before it.</summary>
    public void Discount(double factor)
    {
    }

    /// <inheritdoc/>
    public WindowSamples Run(InnerWindow window)
    {
        using var windowScope = NewDisposeScope();
        using var gradient = enable_grad();
        Batch validation = losses.ValidationBatch(window.Index);
        var context = new TapeContext(optimizer, parameters, losses, new(model), leaves.Values);
        using IWindowTape tape = storage switch
        {
            ReverseStorage.Graphs => new GraphTape(context, state),
            ReverseStorage.States => new StateTape(context, state),
            _ => new CheckpointTape(context, state, window.Steps),
        };
        Tensor trainingLosses = stack([.. Enumerable.Range(0, window.Steps).Select(i => tape.Forward(window.FirstStep + i))]);
        tape.Finish();
        (Tensor loss, Trajectory trajectory) = Backward(window, validation, context, tape);
        leaves.CheckUsed();
        return new(trajectory, HostNumbers.Read(trainingLosses), HostNumbers.Read(loss)[0]);
    }

    /// <inheritdoc/>
    public ModeState Save() => new(state.Copy(), null);

    /// <inheritdoc/>
    public void Restore(ModeState saved)
    {
        state.Dispose();
        state = saved.State.Copy();
    }

    /// <inheritdoc/>
    public string? Complaint() => null;

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    // The validation loss, and S_k for k = 1 ... τ.
    private (Tensor Loss, Trajectory Trajectory) Backward(InnerWindow window, Batch validation, TapeContext context, IWindowTape tape)
    {
        Tensor reached = parameters.Vector.clone();
        Tensor[] buffers = context.Buffers.Save();
        (Tensor loss, LossGradient atEnd) = losses.Validation(validation, context.Leaves);
        leaves.Note(atEnd);
        Tensor leafAdjoint = leaves.Flatten(atEnd.LeafParts);
        using OptimizerAdjoints adjoints = optimizer.CreateAdjoints(atEnd.Flat);
        using var samples = new AdjointSamples(optimizer, leaves, coordinates, window.Steps / window.Stride, atEnd.Flat);
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
            parameters.Write(reached);
            context.Buffers.Restore(buffers);
        }
        return (loss.detach(), samples.ToTrajectory());
    }

    private void StepBack(long step, IWindowTape tape, Tensor[] leafValues, Tensor leafAdjoint, OptimizerAdjoints adjoints)
    {
        (Tensor parameter, OptimizerState before, LossGradient gradient, Tensor[] at) = tape.Back(step);
        leaves.Note(gradient);
        using var noGradient = no_grad();
        optimizer.AdjointStep(before, adjoints, parameter, gradient.Flat, step);
        if (ReferenceEquals(at, parameters.Views))
            parameters.CheckUnwritten(gradient.Writes);
        (Tensor throughGradient, Tensor[] throughLeaves) = Autograd.Adjoint(gradient, at, leafValues, adjoints.Gradient);
        adjoints.AddParameter(throughGradient);
        leafAdjoint.AddInPlace(leaves.Flatten(throughLeaves));
    }
}
