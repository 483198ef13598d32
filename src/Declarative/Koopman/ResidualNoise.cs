namespace Declarative.Koopman;

/// <summary>What a plain least-squares fit of a modal basis leaves of the scaled samples, read as autocorrelated noise.</summary>
internal sealed class ResidualNoise
{
    private const double LargestAutocorrelation = 0.95;

    /// <summary>What is left of a coordinate is found by subtraction of squares, where it is this much of it: rounding is then 10⁻¹² of it.</summary>
    private const double SmallestDifference = 1e-3;

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
        var residual = new double[samples.Length];
        CoordinateVariances = new double[samples.Columns.Length];
        double sumOfSquares = 0, sumOfProducts = 0;
        for (int j = 0; j < CoordinateVariances.Length; j++)
        {
            double squares = Leave(samples.Columns[j], residual);
            CoordinateVariances[j] = squares / freedom;
            sumOfSquares += squares;
            sumOfProducts += Vectors.Dot(residual.AsSpan(1), residual);
        }
        Variance = sumOfSquares / (freedom * samples.Width);
        RootMeanSquare = Math.Sqrt(sumOfSquares / ((double)samples.Length * samples.Width));
        Inflation = InflationOf(sumOfSquares, sumOfProducts);
    }

    /// <summary><see cref="Inflation"/>, from the sums of the squares of what is left and of the products of neighbours.</summary>
    public static double InflationOf(double squares, double products)
    {
        double ρ = squares > 0 ? Math.Clamp(products / squares, 0, LargestAutocorrelation) : 0;
        return (1 + ρ) / (1 - ρ);
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
    public double[] VariancesOf(ScaledSamples samples)
    {
        var variances = new double[samples.Columns.Length];
        var products = new double[variances.Length * qr.Rank];
        var residual = new double[samples.Length];
        InnerProducts.Compute(samples.Columns, [.. qr.Basis], products);
        for (int j = 0; j < variances.Length; j++)
        {
            ReadOnlySpan<double> projections = products.AsSpan(j * qr.Rank, qr.Rank);
            double whole = Vectors.Dot(samples.Columns[j], samples.Columns[j]), squares = whole - Vectors.Dot(projections, projections);
            if (!(squares > SmallestDifference * whole))
                squares = Leave(samples.Columns[j], residual);
            variances[j] = squares / freedom;
        }
        return variances;
    }

    private static PivotedQr Factor(double[][] columns)
    {
        foreach (double[] column in columns)
            Vectors.Scale(column, 1 / Vectors.Norm(column));
        return new PivotedQr(columns, AmplitudeFit.RankTolerance);
    }

    /// <summary>What the fit leaves of a column, and its square length.</summary>
    private double Leave(double[] column, double[] residual)
    {
        column.CopyTo(residual, 0);
        foreach (double[] direction in qr.Basis)
            Vectors.AddScaled(residual, -Vectors.Dot(direction, residual), direction);
        return Vectors.Dot(residual, residual);
    }
}
