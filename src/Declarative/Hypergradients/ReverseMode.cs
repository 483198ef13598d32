using Declarative.Interop;
using Declarative.Koopman;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Reverse mode: keeps (θ_t, o_t) of a window, then goes back through it. Per step the gradient is computed again, the
/// generated adjoint of the update rule gives (θ̄, ō, ḡ, φ̄), and one backward for any number of hyperparameters adds ∇θ⟨g, ḡ⟩ to θ̄ and
/// ∇φ⟨g, ḡ⟩ to φ̄ (Maclaurin, Duvenaud and Adams 2015; Franceschi et al. 2017).</summary>
/// <remarks>One sweep yields a trajectory: S_k, the direct term and the contributions of the last k steps, is the hypergradient truncated
/// to k steps of look-back. The same batches and random numbers are seen again, as both are functions of the step number; buffers
/// (batch-norm statistics) are put back.</remarks>
internal sealed class ReverseMode : IHypergradientMode
{
    private readonly nn.Module model;
    private readonly IUpdateRule rule;
    private readonly RuleSteps steps;
    private readonly ParameterVector parameters;
    private readonly LearnedCoordinates coordinates;
    private readonly LossEvaluation losses;
    private readonly TensorLeaves leaves;
    private readonly UpdateState state;

    /// <summary>Starts with the rule's initial state.</summary>
    /// <exception cref="InvalidOperationException">A window's states need more memory than the limit.</exception>
    public ReverseMode(nn.Module model, IUpdateRule rule, ParameterVector parameters, LearnedCoordinates coordinates, LossEvaluation losses,
        int window, long memoryLimit)
    {
        this.model = model;
        this.rule = rule;
        this.parameters = parameters;
        this.coordinates = coordinates;
        this.losses = losses;
        steps = new(rule, parameters.Slices);
        leaves = new(coordinates, parameters);
        double bytes = (double)window * (1 + rule.States.Count(declared => declared.TakesMemory)) * parameters.Count * parameters.Vector.element_size();
        if (bytes > memoryLimit)
            throw new InvalidOperationException($"Reverse mode would keep {window} steps of p = {parameters.Count} parameters and their states: "
                + $"{(long)bytes} bytes, above the limit of {memoryLimit}. Shorten the window, or raise the limit.");
        state = new(rule.States, parameters.Vector);
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
        var visited = new List<(Tensor Parameter, UpdateState State)>();
        try
        {
            Tensor trainingLosses = Forward(window, visited);
            (Tensor loss, Tensor samples) = Backward(window, validation, visited);
            leaves.CheckUsed();
            return new(ToTrajectory(samples, window.Stride), HostNumbers.Read(trainingLosses), HostNumbers.Read(loss)[0]);
        }
        finally
        {
            foreach ((_, UpdateState kept) in visited)
                kept.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    private Tensor Forward(InnerWindow window, List<(Tensor, UpdateState)> visited)
    {
        var trainingLosses = new Tensor[window.Steps];
        for (int i = 0; i < window.Steps; i++)
        {
            visited.Add((parameters.Vector.clone(), state.Copy()));
            using var stepScope = NewDisposeScope();
            (Tensor loss, LossGradient gradient) = losses.Training(window.FirstStep + i, [], createGraph: false);
            using var noGradient = no_grad();
            state.Parameter = parameters.Vector;
            state.Gradient = gradient.Flat;
            state.Step = window.FirstStep + i + 1;
            steps.Step(state);
            parameters.Write(state.Parameter);
            trainingLosses[i] = loss.detach().MoveToOuterDisposeScope();
        }
        return stack(trainingLosses);
    }

    // S_k for k = 1 ... τ, [τ, h + r]: with respect to φ, the rule's hyperparameters first, then the leaves; and the validation loss.
    private (Tensor Loss, Tensor Samples) Backward(InnerWindow window, Batch validation, List<(Tensor Parameter, UpdateState State)> visited)
    {
        Tensor[] leafValues = leaves.Values;
        Tensor reached = parameters.Vector.clone();
        Tensor[] buffers = [.. model.buffers().Select(buffer => buffer.clone())];
        (Tensor loss, LossGradient atEnd) = losses.Validation(validation, leafValues);
        leaves.Note(atEnd);
        Tensor leafAdjoint = leaves.Flatten(atEnd.LeafParts);
        using var adjoints = new UpdateAdjoints(rule.States, rule.Hyperparameters.Count, atEnd.Flat);
        var samples = new List<Tensor>();
        try
        {
            for (int i = visited.Count - 1; i >= 0; i--)
            {
                using var stepScope = NewDisposeScope();
                StepBack(window.FirstStep + i, visited[i].Parameter, visited[i].State, leafValues, leafAdjoint, adjoints);
                samples.Add(cat([adjoints.Hyperparameters, leafAdjoint]).MoveToOuterDisposeScope());
            }
        }
        finally
        {
            using var noGradient = no_grad();
            parameters.Write(reached);
            foreach ((Tensor buffer, Tensor kept) in model.buffers().Zip(buffers))
                buffer.copy_(kept);
        }
        return (loss.detach(), stack(samples));
    }

    private void StepBack(long step, Tensor parameter, UpdateState before, Tensor[] leafValues, Tensor leafAdjoint, UpdateAdjoints adjoints)
    {
        parameters.Write(parameter);
        (_, LossGradient gradient) = losses.Training(step, leafValues, createGraph: true);
        leaves.Note(gradient);
        before.Parameter = parameter;
        before.Gradient = gradient.Flat;
        before.Step = step + 1;
        using var noGradient = no_grad();
        steps.AdjointStep(before, adjoints);
        parameters.CheckUnwritten(gradient.Writes);
        (Tensor throughGradient, Tensor[] throughLeaves) = Autograd.Adjoint(gradient, parameters.Views, leafValues, adjoints.Gradient);
        adjoints.AddParameter(throughGradient);
        leafAdjoint.add_(leaves.Flatten(throughLeaves));
    }

    private Trajectory ToTrajectory(Tensor samples, int stride)
    {
        double[] values = HostNumbers.Read(samples);
        int width = rule.Hyperparameters.Count + leaves.EntryCount;
        int length = values.Length / width / stride;
        (int Column, int Row, double Derivative)[] map =
        [
            .. rule.Hyperparameters.Select((item, column) => (item, column, row: coordinates.RowOf(item))).Where(entry => entry.row is not null)
                .Select(entry => (entry.column, entry.row!.Value, LearnedCoordinates.Derivative(entry.item, 0))),
            .. leaves.Seeds.Select((seed, i) => (rule.Hyperparameters.Count + i, seed.Row, seed.Derivative)),
        ];
        double[] trajectory = new double[length * coordinates.Count];
        for (int k = 0; k < length; k++)
            foreach ((int column, int row, double derivative) in map)
                trajectory[k * coordinates.Count + row] = derivative * values[((k + 1) * stride - 1) * width + column];
        return new(trajectory, coordinates.Count);
    }
}
