namespace Declarative.Koopman;

/// <summary>A finite trajectory with every coordinate divided by its root mean square, so that coordinates of any size weigh alike
/// and no intermediate result over- or underflows.</summary>
internal sealed class ScaledTrajectory
{
    private const double SmallestNormal = 2.2250738585072014e-308;

    private readonly double[] scales;
    private readonly double[] bounds;

    /// <param name="trajectory">Finite samples [m, q], at least one.</param>
    /// <param name="boundFactor">Estimates are held within this many times the largest |sample| of their coordinate.</param>
    public ScaledTrajectory(Trajectory trajectory, double boundFactor)
    {
        Length = trajectory.Length;
        Columns = new double[trajectory.Width][];
        scales = new double[trajectory.Width];
        bounds = new double[trajectory.Width];
        for (int j = 0; j < Columns.Length; j++)
        {
            var column = Columns[j] = new double[Length];
            double largest = 0;
            for (int t = 0; t < Length; t++)
                largest = Math.Max(largest, Math.Abs(column[t] = trajectory[t, j]));
            if (largest < SmallestNormal)
            {
                Array.Clear(column);
                scales[j] = 1;
                continue;
            }
            // By the largest first: the squares of 1e200, and of 1e-200, are no numbers to work with.
            for (int t = 0; t < Length; t++)
                column[t] /= largest;
            double rootMeanSquare = Vectors.Norm(column) / Math.Sqrt(Length);
            Vectors.Scale(column, 1 / rootMeanSquare);
            scales[j] = largest * rootMeanSquare;
            bounds[j] = boundFactor / rootMeanSquare;
        }
    }

    /// <summary>The number of samples m.</summary>
    public int Length { get; }

    /// <summary>The scaled samples as q columns [m], one per coordinate.</summary>
    public double[][] Columns { get; }

    /// <summary>A number in units of the scaled coordinate, in the coordinate's own; the largest finite one where that overflows.</summary>
    public double Unscale(int coordinate, double value) => Math.Clamp(value * scales[coordinate], -double.MaxValue, double.MaxValue);

    /// <summary>A number in the coordinate's own units, scaled.</summary>
    public double Scale(int coordinate, double value) => value / scales[coordinate];

    /// <summary>A scaled estimate, held within the bound.</summary>
    public double Bound(int coordinate, double value) => Math.Clamp(value, -bounds[coordinate], bounds[coordinate]);
}
