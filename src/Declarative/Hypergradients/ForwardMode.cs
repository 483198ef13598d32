using Declarative.Interop;
using Declarative.Koopman;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Forward mode: carries θ̇ [q, p] and ȯ along with θ and o. Per step and coordinate k one backward,
/// ġ_k = ∇θ⟨g, θ̇_k⟩ + ∂(∂ℓ/∂u_k)/∂θ, then the generated tangent of the update rule on whole matrices; h_k = ⟨∇θ ℓ̃, θ̇_k⟩ + ∂ℓ̃/∂u_k
/// (Williams and Zipser 1989; Franceschi et al. 2017). Memory O(q p) for any number of steps.</summary>
internal sealed class ForwardMode : IHypergradientMode
{
    private readonly IUpdateRule rule;
    private readonly RuleSteps steps;
    private readonly ParameterVector parameters;
    private readonly LearnedCoordinates coordinates;
    private readonly LossEvaluation losses;
    private readonly TensorLeaves leaves;
    private readonly UpdateState state;
    private readonly UpdateTangents? tangents;
    private bool isForgotten = true;

    /// <summary>Starts with zero tangents.</summary>
    /// <exception cref="InvalidOperationException">The tangents need more memory than the limit.</exception>
    public ForwardMode(IUpdateRule rule, ParameterVector parameters, LearnedCoordinates coordinates, LossEvaluation losses, long memoryLimit)
    {
        this.rule = rule;
        this.parameters = parameters;
        this.coordinates = coordinates;
        this.losses = losses;
        steps = new(rule, parameters.Slices);
        leaves = new(coordinates, parameters);
        CheckMemory(memoryLimit);
        state = new(rule.States, parameters.Vector);
        if (coordinates.Count > 0)
            tangents = new(rule.States, Seeds(), coordinates.Count, parameters.Vector);
    }

    /// <inheritdoc/>
    public void Discount(double factor)
    {
        tangents?.Discount(factor);
        isForgotten |= factor == 0;
    }

    /// <inheritdoc/>
    public WindowSamples Run(InnerWindow window)
    {
        using var windowScope = NewDisposeScope();
        using var gradient = enable_grad();
        Batch validation = losses.ValidationBatch(window.Index);
        Tensor[] leafValues = leaves.Values;
        Tensor leafSeeds = LeafSeeds();
        Reseed();
        var trainingLosses = new Tensor[window.Steps];
        var samples = new List<Tensor>();
        Tensor? validationLoss = null;
        for (int i = 0; i < window.Steps; i++)
        {
            using var stepScope = NewDisposeScope();
            trainingLosses[i] = Step(window.FirstStep + i, leafValues, leafSeeds).MoveToOuterDisposeScope();
            bool isLast = i == window.Steps - 1;
            if (tangents is not null && (i + 1) % window.Stride == 0)
            {
                (Tensor loss, Tensor sample) = Sample(validation, leafValues, leafSeeds);
                samples.Add(sample.MoveToOuterDisposeScope());
                if (isLast)
                    validationLoss = loss.MoveToOuterDisposeScope();
            }
            else if (isLast)
            {
                validationLoss = losses.ValidationLoss(validation).MoveToOuterDisposeScope();
            }
        }
        leaves.CheckUsed();
        Trajectory? trajectory = samples.Count == 0 ? null : new(HostNumbers.Read(stack(samples)), coordinates.Count);
        return new(trajectory, HostNumbers.Read(stack(trainingLosses)), HostNumbers.Read(validationLoss!)[0]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        state.Dispose();
        tangents?.Dispose();
    }

    private Tensor Step(long step, Tensor[] leafValues, Tensor leafSeeds)
    {
        (Tensor loss, LossGradient gradient) = losses.Training(step, leafValues, createGraph: tangents is not null);
        using var noGradient = no_grad();
        state.Parameter = parameters.Vector;
        state.Gradient = gradient.Flat;
        state.Step = step + 1;
        if (tangents is null)
            steps.Step(state);
        else
        {
            leaves.Note(gradient);
            parameters.CheckUnwritten(gradient.Writes);
            // θ̇ is zero at first, and so is ġ but for what the leaves do.
            tangents.Gradient = isForgotten && leafValues.Length == 0 ? tangents.Parameter.zeros_like()
                : Autograd.Tangents(gradient, parameters.Views, tangents.Parameter, leafValues, leafSeeds);
            isForgotten = false;
            steps.TangentStep(state, tangents);
        }
        parameters.Write(state.Parameter);
        return loss.detach();
    }

    private (Tensor Loss, Tensor Sample) Sample(Batch validation, Tensor[] leafValues, Tensor leafSeeds)
    {
        (Tensor loss, LossGradient gradient) = losses.Validation(validation, leafValues);
        using var noGradient = no_grad();
        leaves.Note(gradient);
        Tensor sample = tangents!.Parameter.mv(gradient.Flat);
        if (leafValues.Length > 0)
            sample = sample.add_(leafSeeds.mv(leaves.Flatten(gradient.LeafParts)));
        return (loss.detach(), sample);
    }

    private NumberTangent[] Seeds() => [.. rule.Hyperparameters.Select(item => coordinates.RowOf(item) is { } row
        ? NumberTangent.Seed(row, LearnedCoordinates.Derivative(item, 0)) : NumberTangent.Zero)];

    private void Reseed()
    {
        NumberTangent[] seeds = Seeds();
        for (int i = 0; i < seeds.Length; i++)
            tangents?.Reseed(i, seeds[i]);
    }

    // φ̇ of the leaves, [q, r]: the rows of those entries of diag(dφ/du) that are tensors.
    private Tensor LeafSeeds()
    {
        int entries = leaves.EntryCount;
        double[] seeds = new double[coordinates.Count * entries];
        int column = 0;
        foreach ((int row, double derivative) in leaves.Seeds)
            seeds[row * entries + column++] = derivative;
        return tensor(seeds, dtype: parameters.Vector.dtype, device: parameters.Vector.device).view(coordinates.Count, entries);
    }

    private void CheckMemory(long limit)
    {
        long matrices = 2 + rule.States.Count(declared => declared.TakesMemory);
        double bytes = coordinates.Count * ((double)matrices * parameters.Count + leaves.EntryCount) * parameters.Vector.element_size();
        if (bytes > limit)
            throw new InvalidOperationException($"Forward mode would carry tangents of q = {coordinates.Count} coordinates for p = {parameters.Count} "
                + $"parameters: {(long)bytes} bytes, above the limit of {limit}. Fix hyperparameters, raise the limit, or use reverse mode.");
    }
}
