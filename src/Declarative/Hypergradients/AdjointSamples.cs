using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Collects the samples of a hypergradient that adjoints give. Adjoints are with respect to φ, the rules' hyperparameters first, then
/// the leaves; samples are with respect to u.</summary>
internal sealed class AdjointSamples : IDisposable
{
    /// <summary>From so many numbers on a trajectory is kept in single precision.</summary>
    private const long WideEntries = 1 << 20;

    /// <summary>So many of them stay on a GPU until the window's end; beyond that, and on the CPU, each sample is brought to the host when it is made.</summary>
    private const long MostOnGpu = 1 << 28;

    private readonly int width;
    private readonly Tensor columns;
    private readonly Tensor derivatives;
    private readonly bool isWide;
    private readonly bool goesToHostAtOnce;
    private readonly List<Tensor> samples = [];
    private readonly List<float[]> rows = [];

    /// <summary>Prepares for a window; dφ/du is settled here.</summary>
    /// <param name="parts">The problem; its rules' hyperparameters are the first columns.</param>
    /// <param name="leaves">Whose entries the last columns are.</param>
    /// <param name="count">How many samples are expected.</param>
    public AdjointSamples(ModeParts parts, TensorLeaves leaves, int count)
    {
        Tensor like = parts.Parameters.Vector;
        width = parts.Coordinates.Count;
        isWide = like.dtype != ScalarType.Float64 && (long)count * width >= WideEntries;
        goesToHostAtOnce = isWide && (like.device_type == DeviceType.CPU || (long)count * width > MostOnGpu);
        long[] column = new long[width];
        double[] derivative = new double[width];
        foreach ((int from, int row, double slope) in parts.Optimizer.Learned)
            (column[row], derivative[row]) = (from, slope);
        int at = parts.Optimizer.ColumnCount;
        foreach ((int row, double slope) in leaves.Seeds)
            (column[row], derivative[row]) = (at++, slope);
        // In the dispose scope of the window.
        columns = HostNumbers.Send(column, like.device);
        derivatives = HostNumbers.Send(derivative, like.dtype, like.device);
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="adjoint">φ̄: of the rules, then of the leaves.</param>
    public void Add(Tensor adjoint)
    {
        using var scope = NewDisposeScope();
        Tensor sample = adjoint.index_select(0, columns).mul_(derivatives);
        if (goesToHostAtOnce)
            rows.AddRange(HostNumbers.ReadSingle(sample));
        else
            samples.Add(sample.DetachFromDisposeScope());
    }

    /// <summary>All that a window gave: the samples in the order in which they were added, and the losses, for which the host waits once.</summary>
    /// <param name="trainingLosses">One for each step.</param>
    /// <param name="validationLoss">One.</param>
    public WindowSamples Read(Tensor trainingLosses, Tensor validationLoss)
    {
        using var scope = NewDisposeScope();
        double[][] read = HostNumbers.Read(trainingLosses, validationLoss, isWide ? validationLoss.new_empty([0]) : stack(samples));
        Trajectory trajectory = !isWide ? new(read[2], width) : new(goesToHostAtOnce ? [.. rows] : HostNumbers.ReadSingle(samples));
        return new(trajectory, read[0], read[1][0]);
    }

    /// <summary>Releases the samples.</summary>
    public void Dispose() => samples.ForEach(sample => sample.Dispose());
}
