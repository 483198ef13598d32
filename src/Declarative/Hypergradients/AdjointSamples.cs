using Declarative.Interop;
using Declarative.Koopman;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Samples of a hypergradient as adjoints give them, with respect to φ: the rules' hyperparameters first, then the leaves.</summary>
internal static class AdjointSamples
{
    /// <summary>The samples with respect to u.</summary>
    /// <param name="samples">[m, h + r].</param>
    /// <param name="optimizer">Whose hyperparameters the first h columns are.</param>
    /// <param name="leaves">Whose entries the last r columns are.</param>
    /// <param name="coordinates">u.</param>
    public static Trajectory ToTrajectory(Tensor samples, InnerOptimizer optimizer, TensorLeaves leaves, LearnedCoordinates coordinates)
    {
        double[] values = HostNumbers.Read(samples);
        int width = optimizer.ColumnCount + leaves.EntryCount;
        int length = values.Length / width;
        (int Column, int Row, double Derivative)[] map =
            [.. optimizer.Learned, .. leaves.Seeds.Select((seed, i) => (optimizer.ColumnCount + i, seed.Row, seed.Derivative))];
        double[] trajectory = new double[length * coordinates.Count];
        for (int k = 0; k < length; k++)
            foreach ((int column, int row, double derivative) in map)
                trajectory[k * coordinates.Count + row] = derivative * values[k * width + column];
        return new(trajectory, coordinates.Count);
    }
}
