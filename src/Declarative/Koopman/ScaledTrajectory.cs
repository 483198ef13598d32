namespace Declarative.Koopman;

/// <summary>A finite trajectory with every coordinate divided by its root mean square, so that coordinates of any size weigh alike
/// and no intermediate result over- or underflows.</summary>
internal sealed class ScaledTrajectory : ScaledSamples
{
    private const double SmallestNormal = 2.2250738585072014e-308;

    private readonly double[] scales;
    private readonly double[] bounds;

    /// <param name="trajectory">Finite samples [m, q], at least one.</param>
    /// <param name="boundFactor">Estimates are held within this many times the largest |sample| of their coordinate.</param>
    public ScaledTrajectory(Trajectory trajectory, double boundFactor)
        : this(trajectory, new CoordinateBlock(0, trajectory.Width), boundFactor)
    {
    }

    /// <summary>Some coordinates of a trajectory; number 0 is then the block's first.</summary>
    public ScaledTrajectory(Trajectory trajectory, CoordinateBlock block, double boundFactor)
        : base(ReadColumns(trajectory, block), trajectory.Length, block.Count)
    {
        scales = new double[block.Count];
        bounds = new double[block.Count];
        for (int j = 0; j < Columns.Length; j++)
        {
            double[] column = Columns[j];
            double largest = 0;
            foreach (double number in column)
                largest = Math.Max(largest, Math.Abs(number));
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

    /// <summary>A number in units of the scaled coordinate, in the coordinate's own; the largest finite one where that overflows.</summary>
    public double Unscale(int coordinate, double value) => Math.Clamp(value * scales[coordinate], -double.MaxValue, double.MaxValue);

    /// <summary>A number in the coordinate's own units, scaled.</summary>
    public double Scale(int coordinate, double value) => value / scales[coordinate];

    /// <summary>A scaled estimate, held within the bound.</summary>
    public double Bound(int coordinate, double value) => Math.Clamp(value, -bounds[coordinate], bounds[coordinate]);

    private static double[][] ReadColumns(Trajectory trajectory, CoordinateBlock block)
    {
        var columns = new double[block.Count][];
        for (int j = 0; j < columns.Length; j++)
            columns[j] = new double[trajectory.Length];
        var numbers = new double[block.Count];
        for (int t = 0; t < trajectory.Length; t++)
        {
            trajectory.Read(t, block.First, numbers);
            for (int j = 0; j < columns.Length; j++)
                columns[j][t] = numbers[j];
        }
        return columns;
    }
}
