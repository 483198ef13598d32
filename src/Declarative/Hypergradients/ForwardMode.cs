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
    /// <summary>The largest believable entry of θ̇: u moves by tenths, θ by a few units.</summary>
    private const double LargestTangent = 1e8;

    private readonly InnerOptimizer optimizer;
    private readonly ParameterVector parameters;
    private readonly LearnedCoordinates coordinates;
    private readonly LossEvaluation losses;
    private readonly TensorLeaves leaves;
    private OptimizerState state;
    private OptimizerTangents? tangents;
    private bool isForgotten = true;

    /// <summary>Starts with zero tangents.</summary>
    /// <exception cref="InvalidOperationException">The tangents need more memory than the limit.</exception>
    public ForwardMode(InnerOptimizer optimizer, ParameterVector parameters, LearnedCoordinates coordinates, LossEvaluation losses, long memoryLimit)
    {
        this.optimizer = optimizer;
        this.parameters = parameters;
        this.coordinates = coordinates;
        this.losses = losses;
        leaves = new(coordinates, parameters);
        double bytes = Bytes(optimizer, parameters, coordinates);
        if (bytes > memoryLimit)
            throw new InvalidOperationException($"Forward mode would carry tangents of q = {coordinates.Count} coordinates for p = {parameters.Count} "
                + $"parameters: {(long)bytes} bytes, above the limit of {memoryLimit}. Fix hyperparameters, raise the limit, or use reverse mode.");
        state = optimizer.CreateState();
        if (coordinates.Count > 0)
            tangents = optimizer.CreateTangents();
    }

    /// <summary>The memory of the tangents: θ̇, ġ, those of the states, and the seeds of leaves.</summary>
    public static double Bytes(InnerOptimizer optimizer, ParameterVector parameters, LearnedCoordinates coordinates) =>
        coordinates.Count * (2.0 * parameters.Count + optimizer.StateEntries + coordinates.Tensors.Sum(tensor => tensor.Count)) * parameters.Vector.element_size();

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
    public ModeState Save() => new(state.Copy(), isForgotten ? null : tangents?.Copy());

    /// <inheritdoc/>
    public void Restore(ModeState saved)
    {
        state.Dispose();
        state = saved.State.Copy();
        if (saved.Tangents is null)
        {
            Discount(0);
            return;
        }
        tangents?.Dispose();
        tangents = saved.Tangents.Copy();
        isForgotten = false;
    }

    /// <inheritdoc/>
    public string? Complaint()
    {
        using var scope = NewDisposeScope();
        if (tangents is null)
            return null;
        // One number first: which tangent it is only matters where one is bad. NaN is larger than any limit.
        Tensor carried = tangents.Parameter;
        double largest = HostNumbers.Read(carried.abs().max())[0];
        if (largest <= LargestTangent)
            return null;
        double[] rows = HostNumbers.Read(carried.abs().amax([1]));
        int row = Array.FindIndex(rows, value => !(value <= LargestTangent));
        ParameterSlice slice = parameters.Slices.First(slice => slice.Count > 0
            && !(HostNumbers.Read(carried.select(0, row).narrow(0, slice.Offset, slice.Count).abs().max())[0] <= LargestTangent));
        return FormattableString.Invariant($"the tangent of parameter '{slice.Name}' with respect to '{coordinates.NameOf(row)}' reached {rows[row]:G3}");
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
        if (tangents is null)
        {
            parameters.Write(optimizer.Step(state, parameters.Vector, gradient.Flat, step));
            return loss.detach();
        }
        leaves.Note(gradient);
        parameters.CheckUnwritten(gradient.Writes);
        Tensor carried = tangents.Parameter;
        // θ̇ is zero at first, and so is ġ but for what the leaves do.
        Tensor gradientTangent = isForgotten && leafValues.Length == 0 ? carried.zeros_like()
            : Autograd.Tangents(gradient, parameters.Views, carried, leafValues, leafSeeds);
        isForgotten = false;
        parameters.Write(optimizer.TangentStep(state, tangents, parameters.Vector, gradient.Flat, gradientTangent, step));
        return loss.detach();
    }

    private (Tensor Loss, Tensor Sample) Sample(Batch validation, Tensor[] leafValues, Tensor leafSeeds)
    {
        (Tensor loss, LossGradient gradient) = losses.Validation(validation, leafValues);
        using var noGradient = no_grad();
        leaves.Note(gradient);
        Tensor sample = tangents!.Parameter.mv(gradient.Flat);
        if (leafValues.Length > 0)
            sample = sample.AddInPlace(leafSeeds.mv(leaves.Flatten(gradient.LeafParts)));
        return (loss.detach(), sample);
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
}
