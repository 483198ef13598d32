using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Evaluates the losses of a problem and their gradients: what every mode does at each step. The batch and the random
/// numbers of a step depend on its number alone.</summary>
internal sealed class LossEvaluation(BilevelProblem problem, ParameterVector parameters, IBatchSource training, IBatchSource validation, ulong seed)
{
    private const string TrainingName = "training", ValidationName = "validation";

    // So that validation draws have random numbers of their own.
    private const ulong ValidationStream = 0x76616C6964617465;

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
        Tensor loss = Call(problem.Training, Begin(step), TrainingName, step);
        return Gradient(loss, TrainingName, step, parameters.Views, leaves, createGraph);
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
        Tensor loss = ParameterHandles.CallWith(parameters.Views, others, () => Call(problem.Training, batch, TrainingName, step));
        (_, LossGradient found) = Gradient(loss, TrainingName, step, others, [.. leaves, .. parameters.Views], createGraph: true);
        LossGradient gradient = found with { LeafParts = found.LeafParts[..leaves.Length] };
        return (loss, gradient, IsWhole: Enumerable.Range(leaves.Length, parameters.Views.Length).All(original => !found.DependsOn(original)));
    }

    /// <summary>A training batch, by its step.</summary>
    public Batch TrainingBatch(long step)
    {
        RandomNumbers.SeedStep(seed, step, onCuda);
        return BatchOf(training, step, $"training batches, asked for step {step},");
    }

    /// <summary>A validation batch, by the number of the draw.</summary>
    public Batch ValidationBatch(long draw)
    {
        RandomNumbers.SeedStep(seed ^ ValidationStream, draw, onCuda);
        return BatchOf(validation, draw, $"validation batches, asked for draw {draw},");
    }

    /// <summary>What is wrong with the data of a training step whose loss is not finite, as the end of a sentence; empty where nothing is.</summary>
    /// <param name="step">From 0.</param>
    public string TrainingDataTrouble(long step) => DataTrouble(() => TrainingBatch(step));

    /// <summary>The same of a validation batch, by the number of the draw.</summary>
    public string ValidationDataTrouble(long draw) => DataTrouble(() => ValidationBatch(draw));

    /// <summary>The gradient of the validation loss, in evaluation mode.</summary>
    public (Tensor Loss, LossGradient Gradient) Validation(Batch batch, Tensor[] leaves)
    {
        problem.Model.eval();
        return Gradient(Call(problem.Validation, batch, ValidationName), ValidationName, null, parameters.Views, leaves, createGraph: false);
    }

    /// <summary>The validation loss alone.</summary>
    public Tensor ValidationLoss(Batch batch)
    {
        using var noGradient = no_grad();
        problem.Model.eval();
        return Scalar(Call(problem.Validation, batch, ValidationName), ValidationName);
    }

    /// <summary>Puts the model back into the mode in which it was given.</summary>
    public void RestoreMode()
    {
        try
        {
            if (wasTraining)
                Train();
            else
                problem.Model.eval();
        }
        catch (ObjectDisposedException)
        {
            // The program has disposed the model: there is no mode left, and what is thrown already says more.
        }
    }

    // The batch of a training step; the random numbers and the model are its own from here on.
    private Batch Begin(long step)
    {
        Cancellation.ThrowIfCancellationRequested();
        Train();
        return TrainingBatch(step);
    }

    private void Train()
    {
        problem.Model.train();
        foreach (nn.Module module in frozen)
            module.eval();
    }

    private static string DataTrouble(Func<Batch> draw)
    {
        using var scope = NewDisposeScope();
        Batch batch = draw();
        foreach ((string name, Tensor data) in new[] { ("inputs", batch.Inputs), ("targets", batch.Targets) })
            if (data is { IsInvalid: false } && data.numel() == 0)
                return $": the {name} of its batch are empty, {NativeErrors.Written(data)}";
            else if (data is { IsInvalid: false } && data.is_floating_point() && !HostNumbers.IsTrue(data.isfinite().all()))
                return $": the {name} of its batch are not finite";
        return "";
    }

    private static Batch BatchOf(IBatchSource source, long number, string asked)
    {
        try
        {
            return source.At(number) ?? throw new InvalidOperationException($"The {asked} are null: an IBatchSource must give a batch for any number from 0 on.");
        }
        catch (Exception e) when (NativeErrors.Is(e))
        {
            throw new InvalidOperationException($"The {asked} threw: {NativeErrors.Sentence(e)}", e);
        }
    }

    private static Tensor Call(Func<Batch, Tensor> loss, Batch batch, string name, long? step = null)
    {
        try
        {
            return loss(batch);
        }
        catch (Exception e) when (NativeErrors.Is(e) || (e is NullReferenceException && (batch.Inputs is null || batch.Targets is null || batch.Indices is null)))
        {
            throw new InvalidOperationException($"The {name} loss threw{At(step)} (batch inputs {NativeErrors.Written(batch.Inputs)}, targets "
                + $"{NativeErrors.Written(batch.Targets)}, indices {NativeErrors.Written(batch.Indices)}): {NativeErrors.Sentence(e)}", e);
        }
    }

    private (Tensor Loss, LossGradient Gradient) Gradient(Tensor loss, string name, long? step, Tensor[] at, Tensor[] leaves, bool createGraph)
    {
        if (Scalar(loss, name).requires_grad)
        {
            LossGradient gradient = Gradient(loss, at, leaves, createGraph, $"The {name} loss has no gradient{At(step)}") with { Writes = parameters.Writes };
            if (gradient.ReachesParameters)
                return (loss, gradient);
        }
        throw new InvalidOperationException($"The {name} loss depends on no parameter of the model: it has no gradient. "
            + "Is it detached, computed within no_grad(), or with another model?");
    }

    private LossGradient Gradient(Tensor loss, Tensor[] at, Tensor[] leaves, bool createGraph, string complaint)
    {
        try
        {
            return Autograd.Gradient(loss, at, leaves, createGraph);
        }
        catch (Exception e) when (NativeErrors.Is(e))
        {
            if (Array.FindIndex(at, tensor => tensor.IsInvalid) is >= 0 and var lost)
                throw new InvalidOperationException($"{complaint}: parameter '{parameters.Slices[lost].Name}' was disposed on the way.", e);
            if (Array.Exists(leaves, tensor => tensor.IsInvalid))
                throw new InvalidOperationException($"{complaint}: the tensor of a hyperparameter was disposed on the way.", e);
            throw new InvalidOperationException($"{complaint}: {NativeErrors.OfGraph(e)}", e);
        }
    }

    // Steps are counted from 1 where a person reads them.
    private static string At(long? step) => step is { } from0 ? FormattableString.Invariant($" at step {from0 + 1}") : "";

    private static Tensor Scalar(Tensor loss, string name)
    {
        if (loss is null)
            throw new InvalidOperationException($"The {name} loss is null: it must return a tensor.");
        if (loss.IsInvalid)
            throw new InvalidOperationException($"The {name} loss has been disposed before it was returned: a loss made within a dispose scope leaves it by "
                + "MoveToOuterDisposeScope().");
        return loss.numel() == 1 && loss.is_floating_point() ? loss : throw new InvalidOperationException(
            $"The {name} loss must be one floating-point number, but it is {loss.dtype} of shape [{string.Join(", ", loss.shape)}]: take the mean() of several.");
    }
}
