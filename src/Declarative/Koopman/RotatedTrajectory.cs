namespace Declarative.Koopman;

/// <summary>A scaled trajectory Y [m, q] wider than long, rotated into m coordinates: the lower triangular L [m, m] with LLᵀ = YYᵀ.</summary>
/// <remarks>
/// Eigenvalues (by the method of snapshots) and the noise over all coordinates depend on YYᵀ only, so a model may be fitted to L in place of Y.
/// L is the transposed R of a QR factorisation of Yᵀ, by Householder reflections of one block of coordinates after the other (Demmel, Grigori,
/// Hoemmen, Langou, "Communication-optimal parallel and sequential QR", 2012). The Cholesky factor of YYᵀ itself is four times as fast but squares
/// the condition: what a fit leaves of samples without noise, 10⁻¹⁶ of them, would be lost in 10⁻⁸. So it is taken only where noise fills
/// the spectrum.
/// </remarks>
internal static class RotatedTrajectory
{
    /// <summary>Of a sample's square length, what the samples before it leave. Rounding, 10⁻¹⁶ of the whole, is then 10⁻⁷ of that.</summary>
    private const double SmallestPivotForProducts = 1e-9;

    /// <summary>Rotates a trajectory, reading it block by block.</summary>
    public static ScaledSamples Of(Trajectory trajectory) =>
        new(Cholesky(Products(trajectory)) ?? Reflected(trajectory), trajectory.Length, trajectory.Width);

    /// <summary>YYᵀ, on and above the diagonal.</summary>
    private static double[][] Products(Trajectory trajectory)
    {
        const int strip = 4;
        int length = trajectory.Length;
        double[][] sums = Square(length);
        var products = new double[strip * length];
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
        {
            double[][] samples = Vectors.Transpose(new ScaledTrajectory(trajectory, block, boundFactor: 1).Columns);
            for (int k = 0; k < length; k += strip)
            {
                int rows = Math.Min(strip, length - k), columns = length - k;
                InnerProducts.Compute(samples.AsSpan(k, rows), samples.AsSpan(k), products);
                for (int i = 0; i < rows; i++)
                    Vectors.AddScaled(sums[k + i].AsSpan(k), 1, products.AsSpan(i * columns, columns));
            }
        }
        return sums;
    }

    /// <summary>R with RᵀR = A, whose upper triangle is given and overwritten; null where rounding would be felt.</summary>
    private static double[][]? Cholesky(double[][] upper)
    {
        double[] diagonal = [.. upper.Select((row, k) => row[k])];
        for (int k = 0; k < upper.Length; k++)
        {
            double[] row = upper[k];
            if (!(row[k] > SmallestPivotForProducts * diagonal[k]))
                return null;
            Array.Clear(row, 0, k);
            Vectors.Scale(row.AsSpan(k), 1 / Math.Sqrt(row[k]));
            for (int j = k + 1; j < upper.Length; j++)
                Vectors.AddScaled(upper[j].AsSpan(j), -row[j], row.AsSpan(j));
        }
        return upper;
    }

    private static double[][] Reflected(Trajectory trajectory)
    {
        double[][] upper = Square(trajectory.Length);           // the rows of R, the columns of L
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
            Append(upper, Vectors.Transpose(new ScaledTrajectory(trajectory, block, boundFactor: 1).Columns));
        return upper;
    }

    private static double[][] Square(int size)
    {
        var rows = new double[size][];
        for (int k = 0; k < size; k++)
            rows[k] = new double[size];
        return rows;
    }

    /// <summary>R of [R; B], for a block B whose columns are <paramref name="samples"/>; overwrites both.</summary>
    private static void Append(double[][] upper, double[][] samples)
    {
        for (int k = 0; k < samples.Length; k++)
        {
            double[] row = upper[k], reflected = samples[k];
            double square = Vectors.Dot(reflected, reflected);
            if (square == 0)
                continue;
            double diagonal = row[k], norm = Math.Sqrt(diagonal * diagonal + square);
            // The vector of the reflection is [head; reflected], of the sign that does not cancel.
            double head = diagonal >= 0 ? diagonal + norm : diagonal - norm;
            double factor = 2 / (head * head + square);
            row[k] = diagonal >= 0 ? -norm : norm;
            for (int j = k + 1; j < samples.Length; j++)
            {
                double product = factor * (head * row[j] + Vectors.Dot(reflected, samples[j]));
                row[j] -= product * head;
                Vectors.AddScaled(samples[j], -product, reflected);
            }
        }
    }
}
