using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Evaluates the losses of a problem and their gradients: what every mode does at each step. The batch and the random
/// numbers of a step depend on its number alone.</summary>
internal sealed class LossEvaluation(BilevelProblem problem, ParameterVector parameters, IBatchSource training, IBatchSource validation, ulong seed)
{
    private readonly bool onCuda = parameters.Vector.device_type == DeviceType.CUDA;

    /// <summary>The gradient of the training loss of a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="leaves">The leaves of learned tensor hyperparameters.</param>
    /// <param name="createGraph">Whether the gradient is to be differentiated itself.</param>
    public (Tensor Loss, LossGradient Gradient) Training(long step, Tensor[] leaves, bool createGraph)
    {
        RandomNumbers.SeedStep(seed, step, onCuda);
        problem.Model.train();
        long writes = parameters.Writes;
        Tensor loss = Checked(problem.Training(training.At(step)), "training");
        parameters.CheckUnwritten(writes);
        return (loss, Autograd.Gradient(loss, parameters.Views, leaves, createGraph));
    }

    /// <summary>A validation batch, by the number of the draw.</summary>
    public Batch ValidationBatch(long draw) => validation.At(draw);

    /// <summary>The gradient of the validation loss, in evaluation mode.</summary>
    public (Tensor Loss, LossGradient Gradient) Validation(Batch batch, Tensor[] leaves)
    {
        problem.Model.eval();
        Tensor loss = Checked(problem.Validation(batch), "validation");
        return (loss, Autograd.Gradient(loss, parameters.Views, leaves, createGraph: false));
    }

    /// <summary>The validation loss alone.</summary>
    public Tensor ValidationLoss(Batch batch)
    {
        using var noGradient = no_grad();
        problem.Model.eval();
        return Scalar(problem.Validation(batch), "validation");
    }

    private static Tensor Checked(Tensor loss, string name) => Scalar(loss, name).requires_grad ? loss
        : throw new InvalidOperationException($"The {name} loss depends on no parameter of the model: it has no gradient. Is it detached, or computed with another model?");

    private static Tensor Scalar(Tensor loss, string name) => loss is null
        ? throw new InvalidOperationException($"The {name} loss is null.")
        : loss.numel() == 1 && loss.is_floating_point() ? loss
        : throw new InvalidOperationException($"The {name} loss must be one floating-point number, but it is {loss.dtype} of shape [{string.Join(", ", loss.shape)}].");
}
