using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Declarative.Koopman;

/// <summary>A short and narrow trajectory with the same eigenvalues as a long or wide one, so that the cost of finding eigenvalues
/// has a limit: means over blocks of samples (an exponential λ^t stays one, of ratio λ^block), and leading principal scores.</summary>
internal sealed class ReducedTrajectory
{
    private const int MaximumLength = 128;
    private const int MaximumWidth = 10;

    /// <summary>Reduces <paramref name="trajectory"/> to at most 128 samples of at most 10 coordinates.</summary>
    public ReducedTrajectory(ScaledSamples trajectory)
    {
        BlockSize = (trajectory.Length + MaximumLength - 1) / MaximumLength;
        Length = trajectory.Length / BlockSize;
        double[][] columns = BlockSize == 1 ? trajectory.Columns : Array.ConvertAll(trajectory.Columns, BlockMeans);
        if (trajectory.Width > MaximumWidth)
            columns = PrincipalScores(columns, trajectory.Width);
        Width = columns.Length;
        Samples = new double[Length * Width];
        for (int i = 0; i < Samples.Length; i++)
            Samples[i] = columns[i % Width][i / Width];
    }

    /// <summary>How many samples of the original make one here; per-sample eigenvalues are the roots of this order.</summary>
    public int BlockSize { get; }

    /// <summary>The number of reduced samples.</summary>
    public int Length { get; }

    /// <summary>The number of reduced coordinates.</summary>
    public int Width { get; }

    /// <summary>The reduced samples, row-major [length, width].</summary>
    public double[] Samples { get; }

    /// <summary>The eigenvalue per sample that belongs to one per block: the principal root, in the upper half plane.</summary>
    public Complex PerSample(Complex λ)
    {
        if (BlockSize == 1 || λ == 0)
            return λ;
        double angle = Math.Atan2(Math.Abs(λ.Imaginary), λ.Real);
        return Complex.FromPolarCoordinates(Math.Pow(λ.Magnitude, 1.0 / BlockSize), angle / BlockSize);
    }

    /// <summary>Means over blocks counted from the end; the oldest samples that fill no block are left out.</summary>
    private double[] BlockMeans(double[] column)
    {
        var means = new double[Length];
        int start = column.Length - Length * BlockSize;
        for (int t = start; t < column.Length; t++)
            means[(t - start) / BlockSize] += column[t] / BlockSize;
        return means;
    }

    /// <summary>The projections of Y [m, q] on its leading right singular vectors, found by the method of snapshots: from YYᵀ [m, m],
    /// without anything [q, q].</summary>
    /// <remarks>YYᵀ squares the condition, so its eigenvectors u are only good for choosing directions w = Yᵀu; the scores Yw
    /// are then exact linear functions of the samples whatever w is, and follow their dynamics to rounding.</remarks>
    private double[][] PrincipalScores(double[][] columns, int width)
    {
        Matrix<double> products = Matrix<double>.Build.Dense(Length, Length);
        double[] storage = products.AsColumnMajorArray();
        foreach (double[] column in columns)
        {
            for (int t = 0; t < Length; t++)
                Vectors.AddScaled(storage.AsSpan(t * Length, Length), column[t], column);
        }
        double[] eigenvectors = products.Evd(Symmetricity.Symmetric).EigenVectors.AsColumnMajorArray();

        var scores = new List<double[]>();
        double largest = 0;
        for (int i = 1; i <= Math.Min(MaximumWidth, Length); i++)
        {
            double[] eigenvector = eigenvectors.AsSpan((Length - i) * Length, Length).ToArray();    // in ascending order
            double[] direction = Array.ConvertAll(columns, column => Vectors.Dot(column, eigenvector));
            double singularValue = Vectors.Norm(direction);
            largest = Math.Max(largest, singularValue);
            if (!(singularValue > 1e-12 * largest))
                break;
            var score = new double[Length];
            for (int j = 0; j < columns.Length; j++)
                Vectors.AddScaled(score, direction[j] / (singularValue * Math.Sqrt(width)), columns[j]);
            scores.Add(score);
        }
        return scores.Count > 0 ? [.. scores] : [new double[Length]];
    }
}
