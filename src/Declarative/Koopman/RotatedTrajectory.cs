namespace Declarative.Koopman;

/// <summary>A scaled trajectory Y [m, q] wider than long, rotated into m coordinates: the lower triangular L [m, m] with LLᵀ = YYᵀ.</summary>
/// <remarks>
/// Eigenvalues (by the method of snapshots) and the noise over all coordinates depend on YYᵀ only, so a model may be fitted to L in place of Y.
/// L is the transposed R of a QR factorisation of Yᵀ, by Householder reflections of one block of coordinates after the other (Demmel, Grigori,
/// Hoemmen, Langou, "Communication-optimal parallel and sequential QR", 2012). YYᵀ itself would be cheaper but squares the condition: what a
/// fit leaves of samples without noise, 10⁻¹⁶ of them, would be lost in 10⁻⁸.
/// </remarks>
internal static class RotatedTrajectory
{
    /// <summary>Rotates a trajectory, reading it block by block.</summary>
    public static ScaledSamples Of(Trajectory trajectory)
    {
        int length = trajectory.Length;
        var upper = new double[length][];                       // the rows of R, the columns of L
        for (int k = 0; k < length; k++)
            upper[k] = new double[length];
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
            Append(upper, Vectors.Transpose(new ScaledTrajectory(trajectory, block, boundFactor: 1).Columns));
        return new ScaledSamples(upper, length, trajectory.Width);
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
