using System.Numerics;

namespace Declarative.Koopman;

/// <summary>Which functions of a model belong to a mode, and how their coefficients make its size at the end of a trajectory.</summary>
/// <param name="Eigenvalue">λ per sample.</param>
/// <param name="First">The mode's first function among those of the model.</param>
/// <param name="IsReal">Whether it has one function, and not two.</param>
/// <param name="Size">What 1 as the first coefficient amounts to.</param>
/// <param name="Second">What the second coefficient counts in units of the first.</param>
internal readonly record struct ModeContents(Complex Eigenvalue, int First, bool IsReal, double Size, double Second)
{
    /// <summary>Above this number of coordinates a report has no amplitudes.</summary>
    public const int MostCoordinates = 1_000;

    /// <summary>The report of a model.</summary>
    /// <param name="trajectory">What the model was fitted to.</param>
    /// <param name="modes">Its modes.</param>
    /// <param name="limit">The number of the constant function; negative where there is none.</param>
    /// <param name="coefficients">The coefficients of all functions for a scaled coordinate's samples.</param>
    /// <param name="spectralRadius">The raw radius.</param>
    /// <param name="noise">What the model leaves.</param>
    public static KoopmanReport Report(
        Trajectory trajectory, IEnumerable<ModeContents> modes, int limit, Func<double[], double[]> coefficients, double spectralRadius, ResidualNoise noise)
    {
        ModeContents[] sorted = [.. modes.OrderByDescending(mode => mode.Eigenvalue.Magnitude)];
        int width = trajectory.Width <= MostCoordinates ? trajectory.Width : 0;
        double[][] amplitudes = Array.ConvertAll(sorted, _ => new double[width]);
        var limits = new double[width];
        foreach (CoordinateBlock block in CoordinateBlock.Of(width))
        {
            var scaled = new ScaledTrajectory(trajectory, block, boundFactor: 1);
            for (int j = 0; j < block.Count; j++)
            {
                double[] ofCoordinate = coefficients(scaled.Columns[j]);
                for (int i = 0; i < sorted.Length; i++)
                    amplitudes[i][block.First + j] = scaled.Unscale(j, sorted[i].Amplitude(ofCoordinate));
                limits[block.First + j] = limit < 0 ? 0 : scaled.Unscale(j, ofCoordinate[limit]);
            }
        }
        return new KoopmanReport
        {
            Modes = [.. sorted.Select((mode, i) => new KoopmanMode { Eigenvalue = mode.Eigenvalue, Amplitudes = amplitudes[i] })],
            Limit = limits,
            SpectralRadius = spectralRadius,
            Residual = noise.RootMeanSquare,
        };
    }

    private double Amplitude(double[] coefficients)
    {
        double first = coefficients[First], second = IsReal ? 0 : Second * coefficients[First + 1];
        return Math.Min(Size * Math.Sqrt(first * first + second * second), double.MaxValue);
    }
}
