using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Evaluates the losses of a problem and their gradients: what every mode does at each step. The batch and the random
/// numbers of a step depend on its number alone.</summary>
internal sealed class LossEvaluation(BilevelProblem problem, ParameterVector parameters, IBatchSource training, IBatchSource validation, ulong seed)
{
    private readonly bool onCuda = parameters.Vector.device_type == DeviceType.CUDA;
    private readonly bool wasTraining = problem.Model.training;

    // What the user put into evaluation mode inside a model that trains stays there: frozen batch norm.
    private readonly nn.Module[] frozen = problem.Model.training ? [.. problem.Model.modules().Where(module => !module.training)] : [];

    /// <summary>Asked to stop, no further training step is evaluated.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Whether an exception is what being asked to stop leads to; a loss may be cancelled by something of its own.</summary>
    public bool IsCancellation(Exception exception) => exception is OperationCanceledException && Cancellation.IsCancellationRequested;

    /// <summary>The gradient of the training loss of a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="leaves">The leaves of learned tensor hyperparameters.</param>
    /// <param name="createGraph">Whether the gradient is to be differentiated itself.</param>
    public (Tensor Loss, LossGradient Gradient) Training(long step, Tensor[] leaves, bool createGraph)
    {
        return Gradient(problem.Training(Begin(step)), "training", parameters.Views, leaves, createGraph);
    }

    /// <summary>The gradient of the training loss of a step at other parameters, with its graph, which outlives every later write to θ.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="others">Leaves of the parameters' shapes, to stand in for them.</param>
    /// <param name="leaves">The leaves of learned tensor hyperparameters.</param>
    /// <returns>Also whether the loss depends on the others alone. Where it does not, a part of the model is implemented in native code
    /// and has not seen them, and the gradient is of no use.</returns>
    public (Tensor Loss, LossGradient Gradient, bool IsWhole) TrainingAt(long step, Tensor[] others, Tensor[] leaves)
    {
        Batch batch = Begin(step);
        Tensor loss = ParameterHandles.CallWith(parameters.Views, others, () => problem.Training(batch));
        (_, LossGradient found) = Gradient(loss, "training", others, [.. leaves, .. parameters.Views], createGraph: true);
        LossGradient gradient = found with { LeafParts = found.LeafParts[..leaves.Length] };
        return (loss, gradient, IsWhole: Enumerable.Range(leaves.Length, parameters.Views.Length).All(original => !found.DependsOn(original)));
    }

    /// <summary>A training batch, by its step.</summary>
    public Batch TrainingBatch(long step) => training.At(step);

    /// <summary>A validation batch, by the number of the draw.</summary>
    public Batch ValidationBatch(long draw) => validation.At(draw);

    /// <summary>The gradient of the validation loss, in evaluation mode.</summary>
    public (Tensor Loss, LossGradient Gradient) Validation(Batch batch, Tensor[] leaves)
    {
        problem.Model.eval();
        return Gradient(problem.Validation(batch), "validation", parameters.Views, leaves, createGraph: false);
    }

    /// <summary>The validation loss alone.</summary>
    public Tensor ValidationLoss(Batch batch)
    {
        using var noGradient = no_grad();
        problem.Model.eval();
        return Scalar(problem.Validation(batch), "validation");
    }

    /// <summary>Puts the model back into the mode in which it was given.</summary>
    public void RestoreMode()
    {
        if (wasTraining)
            Train();
        else
            problem.Model.eval();
    }

    // The batch of a training step; the random numbers and the model are its own from here on.
    private Batch Begin(long step)
    {
        Cancellation.ThrowIfCancellationRequested();
        RandomNumbers.SeedStep(seed, step, onCuda);
        Train();
        return training.At(step);
    }

    private void Train()
    {
        problem.Model.train();
        foreach (nn.Module module in frozen)
            module.eval();
    }

    private (Tensor Loss, LossGradient Gradient) Gradient(Tensor loss, string name, Tensor[] at, Tensor[] leaves, bool createGraph)
    {
        if (Scalar(loss, name).requires_grad)
        {
            LossGradient gradient = Autograd.Gradient(loss, at, leaves, createGraph) with { Writes = parameters.Writes };
            if (gradient.ReachesParameters)
                return (loss, gradient);
        }
        throw new InvalidOperationException($"The {name} loss depends on no parameter of the model: it has no gradient. "
            + "Is it detached, or computed with another model?");
    }

    private static Tensor Scalar(Tensor loss, string name) => loss is null
        ? throw new InvalidOperationException($"The {name} loss is null.")
        : loss.numel() == 1 && loss.is_floating_point() ? loss
        : throw new InvalidOperationException(
            $"The {name} loss must be one floating-point number, but it is {loss.dtype} of shape [{string.Join(", ", loss.shape)}].");
}
