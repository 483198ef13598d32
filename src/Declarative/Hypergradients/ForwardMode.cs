using Declarative.Interop;
using Declarative.Koopman;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Forward mode: carries θ̇ [q, p] and ȯ along with θ and o. Per step and coordinate k one Hessian-vector product,
/// ġ_k = ∇θ⟨g, θ̇_k⟩ + ∂(∂ℓ/∂u_k)/∂θ, then the generated tangent of the update rule on whole matrices; h_k = ⟨∇θ ℓ̃, θ̇_k⟩ + ∂ℓ̃/∂u_k
/// (Williams and Zipser 1989; Franceschi et al. 2017). Memory O(q p) for any number of steps.</summary>
internal sealed class ForwardMode : WindowMode
{
    /// <summary>The largest believable entry of θ̇: u moves by tenths, θ by a few units.</summary>
    private const double LargestTangent = 1e8;

    private readonly SettingInfluence? influence;
    private readonly OptimizerTangents? tangents;
    private (Tensor Now, Tensor? Factors)? measured;
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

    /// <summary>Whether one backward computes all products of a step.</summary>
    public bool BatchesProducts { get; private set; }

    /// <summary>Settles whether it does.</summary>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="step">A step, from 0, which is evaluated and not taken.</param>
    /// <returns>What the log should say.</returns>
    /// <exception cref="InvalidOperationException">Batched products were asked for, and are not possible or not right for this model.</exception>
    public string? ChooseProducts(HessianVectorProducts wanted, long step)
    {
        using var scope = NewDisposeScope();
        bool onGpu = Parts.Parameters.Vector.device_type == DeviceType.CUDA;
        (BatchesProducts, string? note) = ProductChoice.Of(wanted, Parts.OpenWindow(), Parts.Coordinates.Count, LeafSeeds(), step, measures: onGpu);
        return note;
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
        Tensor? former = influence?.FormerOn(Parts.Parameters.Vector.device);
        var trainingLosses = new Tensor[window.Steps];
        var samples = new List<Tensor>();
        Tensor? validationLoss = null;
        for (int i = 0; i < window.Steps; i++)
        {
            using var stepScope = NewDisposeScope();
            trainingLosses[i] = Step(window.FirstStep + i, leafValues, leafSeeds, isFirst: i == 0, former).MoveToOuterDisposeScope();
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
        return Read(trainingLosses, validationLoss!, samples);
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
        tangents!.Become(saved.Tangents);
        isForgotten = false;
    }

    // All that a window gave, at once: it is here that the host waits for the device.
    private WindowSamples Read(Tensor[] trainingLosses, Tensor validationLoss, List<Tensor> samples)
    {
        Tensor none = validationLoss.new_empty([0]);
        double[][] read = HostNumbers.Read(stack(trainingLosses), validationLoss, samples.Count > 0 ? stack(samples) : none,
            tangents?.Extremes ?? none, measured?.Now ?? none, measured?.Factors ?? none);
        if (measured is not null)
            influence!.Note(now: read[4], factors: read[5]);
        measured = null;
        // NaN is within no limits.
        string? complaint = Array.TrueForAll(read[3], entry => Math.Abs(entry) <= LargestTangent) ? null : Complaint();
        return new(samples.Count > 0 ? new(read[2], Parts.Coordinates.Count) : null, read[0], read[1][0], complaint);
    }

    // Which tangent it is only matters where one is bad.
    private string Complaint()
    {
        Tensor carried = tangents!.Parameter;
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

    private Tensor Step(long step, Tensor[] leafValues, Tensor leafSeeds, bool isFirst, Tensor? former)
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
        if (isFirst && influence is not null)
        {
            Tensor now = Influence(gradient, step, leafValues, leafSeeds).MoveToOuterDisposeScope();
            Tensor? factors = former is null ? null : SettingInfluence.Factors(former, now).MoveToOuterDisposeScope();
            if (factors is not null)
                tangents.ScaleRows(new(factors));
            measured = (now, factors);
        }
        Tensor carried = tangents.Parameter;
        // θ̇ is zero at first, and so is ġ but for what the leaves do.
        Tensor gradientTangent = isForgotten && leafValues.Length == 0 ? carried.zeros_like()
            : Products(gradient, carried, leafValues, leafSeeds);
        isForgotten = false;
        Parts.Parameters.Write(Parts.Optimizer.TangentStep(State, tangents, Parts.Parameters.Vector, gradient.Flat, gradientTangent, step));
        return loss.detach();
    }

    /// <summary>The norm of each coordinate's tangent after this step alone [q].</summary>
    private Tensor Influence(LossGradient gradient, long step, Tensor[] leafValues, Tensor leafSeeds)
    {
        using var scope = NewDisposeScope();
        using OptimizerState state = State.Copy();
        using OptimizerTangents single = Parts.Optimizer.CreateTangents();
        Tensor none = single.Parameter;
        Tensor gradientTangent = leafValues.Length == 0 ? none.zeros_like() : Products(gradient, none, leafValues, leafSeeds);
        Parts.Optimizer.TangentStep(state, single, Parts.Parameters.Vector, gradient.Flat, gradientTangent, step);
        return single.Parameter.to(ScalarType.Float64).square().sum(1).sqrt().MoveToOuterDisposeScope();
    }

    private Tensor Products(LossGradient gradient, Tensor directions, Tensor[] leafValues, Tensor leafSeeds) =>
        Autograd.Tangents(gradient, Parts.Parameters.Views, directions, leafValues, leafSeeds, BatchesProducts);

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
        if (entries == 0)
            return Parts.Parameters.Vector.new_zeros([Parts.Coordinates.Count, 0]);
        double[] seeds = new double[Parts.Coordinates.Count * entries];
        int column = 0;
        foreach ((int row, double derivative) in Leaves.Seeds)
            seeds[row * entries + column++] = derivative;
        return HostNumbers.Send(seeds, Parts.Parameters.Vector.dtype, Parts.Parameters.Vector.device).view(Parts.Coordinates.Count, entries);
    }
}
