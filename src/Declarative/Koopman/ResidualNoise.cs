namespace Declarative.Koopman;

/// <summary>What a plain least-squares fit of a modal basis leaves of the scaled samples, read as autocorrelated noise.</summary>
internal sealed class ResidualNoise
{
    private const double LargestAutocorrelation = 0.95;

    /// <summary>Fits every coordinate of <paramref name="samples"/> and measures what is left.</summary>
    public ResidualNoise(ScaledTrajectory samples, ModalBasis basis)
    {
        int length = samples.Length;
        double freedom = Math.Max(length - basis.Size, 1);
        double[][] columns = basis.Columns(length);
        foreach (double[] column in columns)
            Vectors.Scale(column, 1 / Vectors.Norm(column));
        var qr = new PivotedQr(columns, AmplitudeFit.RankTolerance);

        CoordinateVariances = new double[samples.Columns.Length];
        double sumOfSquares = 0, sumOfProducts = 0;
        var residual = new double[length];
        for (int j = 0; j < CoordinateVariances.Length; j++)
        {
            samples.Columns[j].CopyTo(residual, 0);
            foreach (double[] direction in qr.Basis)
                Vectors.AddScaled(residual, -Vectors.Dot(direction, residual), direction);
            double squares = Vectors.Dot(residual, residual);
            CoordinateVariances[j] = squares / freedom;
            sumOfSquares += squares;
            sumOfProducts += Vectors.Dot(residual.AsSpan(1), residual);
        }
        Variance = sumOfSquares / (freedom * CoordinateVariances.Length);
        double ρ = sumOfSquares > 0 ? Math.Clamp(sumOfProducts / sumOfSquares, 0, LargestAutocorrelation) : 0;
        Inflation = (1 + ρ) / (1 - ρ);
    }

    /// <summary>σ²: the mean square per degree of freedom over all coordinates, in scaled units.</summary>
    public double Variance { get; }

    /// <summary>The same for each coordinate [q].</summary>
    public double[] CoordinateVariances { get; }

    /// <summary>(1 + ρ) / (1 - ρ), with ρ the lag-1 autocorrelation in [0, .95]: so many times fewer samples are independent.</summary>
    public double Inflation { get; }
}
