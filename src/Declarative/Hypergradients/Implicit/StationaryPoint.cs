using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>The point (θ, o) that a window reached, taken for one at which training stands still: products with the derivatives of the training
/// gradient there, all from one graph a batch. Its tensors belong to the dispose scope in which it is made.</summary>
internal sealed class StationaryPoint
{
    private readonly TapeContext context;
    private readonly TensorLeaves leaves;
    private readonly OptimizerState state;
    private readonly LossGradient validation;
    private readonly long step;
    private readonly LossGradient[] gradients;
    private readonly Tensor gradient;

    /// <summary>Evaluates the training gradients. Buffers are changed; put them back when all is done, not before.</summary>
    /// <param name="context">The problem, with θ as it was reached.</param>
    /// <param name="leaves">The leaves; told which are used.</param>
    /// <param name="state">o as it was reached.</param>
    /// <param name="validation">The gradient of the validation loss at θ.</param>
    /// <param name="step">The last step of the window, from 0: the one that stands still.</param>
    /// <param name="batches">How many training batches, the last of them that step's.</param>
    public StationaryPoint(TapeContext context, TensorLeaves leaves, OptimizerState state, LossGradient validation, long step, int batches)
    {
        this.context = context;
        this.leaves = leaves;
        this.state = state;
        this.validation = validation;
        this.step = step;
        int count = (int)Math.Min(batches, step + 1);
        gradients = [.. Enumerable.Range(1 - count, count).Select(i => context.Losses.Training(step + i, context.Leaves, createGraph: true).Gradient)];
        gradient = Mean([.. gradients.Select(one => one.Flat)]);
        leaves.Note(validation);
        Array.ForEach(gradients, leaves.Note);
        Direct = leaves.Flatten(validation.LeafParts);
    }

    /// <summary>∇θ ℓ̃ [p].</summary>
    public Tensor Slope => validation.Flat;

    /// <summary>∂ℓ̃/∂φ of the leaves, [r].</summary>
    public Tensor Direct { get; }

    /// <summary>(∂²ℓ/∂θ²) v.</summary>
    /// <param name="direction">v [p].</param>
    public Tensor HessianTimes(Tensor direction)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Mean([.. gradients.Select(one => Transposed(one, [], direction).Parameter)]).MoveToOuterDisposeScope();
    }

    /// <summary>The hypergradient ∂ℓ̃/∂φ - (∂²ℓ/∂φ∂θ) v as one sample, [1, h + r].</summary>
    /// <param name="solution">v [p].</param>
    public Tensor HypergradientOf(Tensor solution)
    {
        using var scope = NewDisposeScope();
        Tensor throughPoint = Transposed(solution).Leaves;
        Tensor ofRules = zeros([context.Optimizer.ColumnCount], Slope.dtype, Slope.device);
        return Sample(ofRules, Direct.sub(throughPoint)).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>θ̄ = ∇θ ℓ̃, and the others zero.</summary>
    public OptimizerAdjoints CreateAdjoints() => context.Optimizer.CreateAdjoints(Slope);

    /// <summary>Goes back through the step that stands still.</summary>
    /// <param name="adjoints">θ̄, ō and φ̄ of the rules.</param>
    /// <param name="leafAdjoint">φ̄ of the leaves, [r].</param>
    public void StepBack(OptimizerAdjoints adjoints, Tensor leafAdjoint)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        context.Optimizer.AdjointStep(state, adjoints, context.Parameters.Vector, gradient, step);
        (Tensor parameter, Tensor throughLeaves) = Transposed(adjoints.Gradient);
        adjoints.AddParameter(parameter);
        leafAdjoint.AddInPlace(throughLeaves);
    }

    /// <summary>A sample [h + r].</summary>
    public static Tensor Sample(Tensor ofRules, Tensor ofLeaves) => cat([ofRules, ofLeaves]);

    // ∇θ⟨g, direction⟩ and ∇φ⟨g, direction⟩ [r], g the mean over the batches.
    private (Tensor Parameter, Tensor Leaves) Transposed(Tensor direction)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        (Tensor Parameter, Tensor[] Leaves)[] parts = [.. gradients.Select(one => Transposed(one, context.Leaves, direction))];
        return (Mean([.. parts.Select(part => part.Parameter)]).MoveToOuterDisposeScope(),
            Mean([.. parts.Select(part => leaves.Flatten(part.Leaves))]).MoveToOuterDisposeScope());
    }

    private (Tensor Parameter, Tensor[] Leaves) Transposed(LossGradient one, Tensor[] at, Tensor direction)
    {
        context.Losses.Cancellation.ThrowIfCancellationRequested();
        context.Parameters.CheckUnwritten(one.Writes);
        return Autograd.Adjoint(one, context.Parameters.Views, at, direction, retainGraph: true);
    }

    private static Tensor Mean(Tensor[] parts) =>
        parts is [var only] ? only : parts.Skip(1).Aggregate(parts[0].clone(), (sum, part) => sum.AddInPlace(part)).ScaleInPlace(1.0 / parts.Length);
}
