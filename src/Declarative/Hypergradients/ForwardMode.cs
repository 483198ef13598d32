using Declarative.Interop;
using Declarative.Koopman;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Forward mode: carries θ̇ [q, p] and ȯ along with θ and o. Per step and coordinate k one backward,
/// ġ_k = ∇θ⟨g, θ̇_k⟩ + ∂(∂ℓ/∂u_k)/∂θ, then the generated tangent of the update rule on whole matrices; h_k = ⟨∇θ ℓ̃, θ̇_k⟩ + ∂ℓ̃/∂u_k
/// (Williams and Zipser 1989; Franceschi et al. 2017). Memory O(q p) for any number of steps.</summary>
internal sealed class ForwardMode : WindowMode
{
    /// <summary>The largest believable entry of θ̇: u moves by tenths, θ by a few units.</summary>
    private const double LargestTangent = 1e8;

    private readonly SettingInfluence? influence;
    private OptimizerTangents? tangents;
    private bool isForgotten = true;

    /// <summary>Starts with zero tangents.</summary>
    /// <param name="parts">The problem.</param>
    /// <param name="budget">The most that tangents may take.</param>
    /// <param name="memory">What a window begins with.</param>
    /// <exception cref="InvalidOperationException">The tangents need more memory than the limit.</exception>
    public ForwardMode(ModeParts parts, MemoryBudget budget, TangentMemory memory) : base(parts)
    {
        influence = memory.IsGuarded ? new(memory.Discount) : null;
        double bytes = Bytes(parts, memory);
        if (bytes > budget.Bytes)
            throw new InvalidOperationException($"Forward mode would carry tangents of q = {parts.Coordinates.Count} coordinates for p = {parts.Parameters.Count} "
                + $"parameters: {(long)bytes} bytes, above the limit of {budget}. Fix hyperparameters, {budget.Remedy}, or use reverse mode.");
        if (parts.Coordinates.Count > 0)
            tangents = parts.Optimizer.CreateTangents();
    }

    /// <summary>The memory of the tangents: θ̇, ġ, those of the states, and the seeds of leaves; and of what a window begins with, where it is
    /// carried and so kept to go back to; and of those of one step, which tell the influence.</summary>
    public static double Bytes(ModeParts parts, TangentMemory memory)
    {
        int copies = memory.IsGuarded ? 3 : memory.Discount > 0 ? 2 : 1;
        long carried = parts.Parameters.Count + parts.Optimizer.StateEntries;
        long all = carried * copies + parts.Parameters.Count + parts.Coordinates.Tensors.Sum(tensor => tensor.Count);
        return parts.Coordinates.Count * (double)all * parts.Parameters.Vector.element_size();
    }

    /// <inheritdoc/>
    public override void Discount(double factor)
    {
        tangents?.Discount(factor);
        isForgotten |= factor == 0;
        if (factor == 0 && influence is not null)
            influence.Before = null;
    }

    /// <inheritdoc/>
    public override WindowSamples Run(InnerWindow window)
    {
        using var windowScope = NewDisposeScope();
        using var gradient = enable_grad();
        Batch validation = Parts.Losses.ValidationBatch(window.Index);
        Tensor[] leafValues = Leaves.Values;
        Tensor leafSeeds = LeafSeeds();
        var trainingLosses = new Tensor[window.Steps];
        var samples = new List<Tensor>();
        Tensor? validationLoss = null;
        for (int i = 0; i < window.Steps; i++)
        {
            using var stepScope = NewDisposeScope();
            trainingLosses[i] = Step(window.FirstStep + i, leafValues, leafSeeds, isFirst: i == 0).MoveToOuterDisposeScope();
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
                validationLoss = Parts.Losses.ValidationLoss(validation).MoveToOuterDisposeScope();
            }
        }
        Leaves.CheckUsed();
        Trajectory? trajectory = samples.Count == 0 ? null : new(HostNumbers.Read(stack(samples)), Parts.Coordinates.Count);
        return new(trajectory, HostNumbers.Read(stack(trainingLosses)), HostNumbers.Read(validationLoss!)[0]);
    }

    /// <inheritdoc/>
    public override ModeState Save() => new(State.Copy(), isForgotten ? null : tangents?.Copy(), influence?.Before);

    /// <inheritdoc/>
    public override void Restore(ModeState saved)
    {
        base.Restore(saved);
        if (influence is not null)
            influence.Before = saved.Influence;
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
    public override string? Complaint()
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
        ParameterSlice slice = Parts.Parameters.Slices.First(slice => slice.Count > 0
            && !(HostNumbers.Read(carried.select(0, row).narrow(0, slice.Offset, slice.Count).abs().max())[0] <= LargestTangent));
        return FormattableString.Invariant($"the tangent of parameter '{slice.Name}' with respect to '{Parts.Coordinates.NameOf(row)}' reached {rows[row]:G3}");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        tangents?.Dispose();
    }

    private Tensor Step(long step, Tensor[] leafValues, Tensor leafSeeds, bool isFirst)
    {
        (Tensor loss, LossGradient gradient) = Parts.Losses.Training(step, leafValues, createGraph: tangents is not null);
        using var noGradient = no_grad();
        if (tangents is null)
        {
            Parts.Parameters.Update(parameter => Parts.Optimizer.Step(State, parameter, gradient.Flat, step, mayOverwrite: true));
            return loss.detach();
        }
        Leaves.Note(gradient);
        Parts.Parameters.CheckUnwritten(gradient.Writes);
        if (isFirst && influence?.Factors(Influence(gradient, step, leafValues, leafSeeds)) is { } factors && !isForgotten)
            tangents.ScaleRows(factors);
        Tensor carried = tangents.Parameter;
        // θ̇ is zero at first, and so is ġ but for what the leaves do.
        Tensor gradientTangent = isForgotten && leafValues.Length == 0 ? carried.zeros_like()
            : Autograd.Tangents(gradient, Parts.Parameters.Views, carried, leafValues, leafSeeds);
        isForgotten = false;
        Parts.Parameters.Write(Parts.Optimizer.TangentStep(State, tangents, Parts.Parameters.Vector, gradient.Flat, gradientTangent, step));
        return loss.detach();
    }

    /// <summary>The norm of each coordinate's tangent after this step alone [q].</summary>
    private double[] Influence(LossGradient gradient, long step, Tensor[] leafValues, Tensor leafSeeds)
    {
        using var scope = NewDisposeScope();
        using OptimizerState state = State.Copy();
        using OptimizerTangents single = Parts.Optimizer.CreateTangents();
        Tensor none = single.Parameter;
        Tensor gradientTangent = leafValues.Length == 0 ? none.zeros_like() : Autograd.Tangents(gradient, Parts.Parameters.Views, none, leafValues, leafSeeds);
        Parts.Optimizer.TangentStep(state, single, Parts.Parameters.Vector, gradient.Flat, gradientTangent, step);
        return HostNumbers.Read(single.Parameter.to(ScalarType.Float64).square().sum(1).sqrt());
    }

    private (Tensor Loss, Tensor Sample) Sample(Batch validation, Tensor[] leafValues, Tensor leafSeeds)
    {
        (Tensor loss, LossGradient gradient) = Parts.Losses.Validation(validation, leafValues);
        using var noGradient = no_grad();
        Leaves.Note(gradient);
        Tensor sample = tangents!.Parameter.mv(gradient.Flat);
        if (leafValues.Length > 0)
            sample = sample.AddInPlace(leafSeeds.mv(Leaves.Flatten(gradient.LeafParts)));
        return (loss.detach(), sample);
    }

    // φ̇ of the leaves, [q, r]: the rows of those entries of diag(dφ/du) that are tensors.
    private Tensor LeafSeeds()
    {
        int entries = Leaves.EntryCount;
        double[] seeds = new double[Parts.Coordinates.Count * entries];
        int column = 0;
        foreach ((int row, double derivative) in Leaves.Seeds)
            seeds[row * entries + column++] = derivative;
        return tensor(seeds, dtype: Parts.Parameters.Vector.dtype, device: Parts.Parameters.Vector.device).view(Parts.Coordinates.Count, entries);
    }
}
