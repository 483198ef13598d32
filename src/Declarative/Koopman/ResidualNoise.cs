namespace Declarative.Koopman;

/// <summary>What a plain least-squares fit of a modal basis leaves of the scaled samples, read as autocorrelated noise.</summary>
internal sealed class ResidualNoise
{
    private const double LargestAutocorrelation = 0.95;

    private readonly double freedom;
    private readonly PivotedQr qr;

    /// <summary>Fits every coordinate of <paramref name="samples"/> and measures what is left.</summary>
    public ResidualNoise(ScaledSamples samples, ModalBasis basis)
        : this(samples, Factor(basis.Columns(samples.Length)), basis.Size)
    {
    }

    /// <summary>Measures what the columns of <paramref name="qr"/>, <paramref name="size"/> functions of time, leave of
    /// <paramref name="samples"/>.</summary>
    public ResidualNoise(ScaledSamples samples, PivotedQr qr, int size)
    {
        this.qr = qr;
        freedom = Math.Max(samples.Length - size, 1);
        CoordinateVariances = VariancesOf(samples, out double sumOfSquares, out double sumOfProducts);
        Variance = sumOfSquares / (freedom * samples.Width);
        RootMeanSquare = Math.Sqrt(sumOfSquares / ((double)samples.Length * samples.Width));
        double ρ = sumOfSquares > 0 ? Math.Clamp(sumOfProducts / sumOfSquares, 0, LargestAutocorrelation) : 0;
        Inflation = (1 + ρ) / (1 - ρ);
    }

    /// <summary>σ²: the mean square per degree of freedom over all coordinates, in scaled units.</summary>
    public double Variance { get; }

    /// <summary>The same for each column of the samples.</summary>
    public double[] CoordinateVariances { get; }

    /// <summary>What is left of each number, as a root mean square over all, in scaled units.</summary>
    public double RootMeanSquare { get; }

    /// <summary>(1 + ρ) / (1 - ρ), with ρ the lag-1 autocorrelation in [0, .95]: so many times fewer samples are independent.</summary>
    public double Inflation { get; }

    /// <summary>The mean square per degree of freedom of each of some other coordinates.</summary>
    public double[] VariancesOf(ScaledSamples samples) => VariancesOf(samples, out _, out _);

    private static PivotedQr Factor(double[][] columns)
    {
        foreach (double[] column in columns)
            Vectors.Scale(column, 1 / Vectors.Norm(column));
        return new PivotedQr(columns, AmplitudeFit.RankTolerance);
    }

    private double[] VariancesOf(ScaledSamples samples, out double sumOfSquares, out double sumOfProducts)
    {
        var variances = new double[samples.Columns.Length];
        var residual = new double[samples.Length];
        sumOfSquares = sumOfProducts = 0;
        for (int j = 0; j < variances.Length; j++)
        {
            samples.Columns[j].CopyTo(residual, 0);
            foreach (double[] direction in qr.Basis)
                Vectors.AddScaled(residual, -Vectors.Dot(direction, residual), direction);
            double squares = Vectors.Dot(residual, residual);
            variances[j] = squares / freedom;
            sumOfSquares += squares;
            sumOfProducts += Vectors.Dot(residual.AsSpan(1), residual);
        }
        return variances;
    }
}
