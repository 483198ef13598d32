namespace Declarative.Koopman;

/// <summary>The amplitudes of a modal basis, fitted to all samples of a trajectory by ridge least squares whose ridge knows the noise:
/// minimise |Y - PC|² + Σ κσ² (1+ρ)/(1-ρ) max|Pᵢ|² |Cᵢ|² over the functions but the constant.</summary>
/// <remarks>Without noise the ridge vanishes and the fit is exact; with noise, a function that the samples hardly show is not
/// extrapolated. Solved by QR of the column-normalised, augmented matrix: the normal equations would square its condition.</remarks>
internal sealed class AmplitudeFit
{
    /// <summary>A function that the others span to this precision takes no part in a fit.</summary>
    public const double RankTolerance = 1e-13;

    /// <summary>κ: with scaled samples, amplitudes of 1/√κ are expected before looking.</summary>
    private const double RidgeFactor = 10;

    private readonly ModalBasis basis;
    private readonly ResidualNoise noise;
    private readonly PivotedQr qr;
    private readonly double[] columnNorms;
    private readonly ScaledSamples samples;
    private readonly double[] amplitudes;       // [q, size], of the normalised functions

    /// <summary>Fits <paramref name="basis"/> to <paramref name="samples"/>, given the noise found with the same basis.</summary>
    public AmplitudeFit(ScaledSamples samples, ModalBasis basis, ResidualNoise noise)
    {
        this.basis = basis;
        this.noise = noise;
        int length = samples.Length, size = basis.Size;
        double ridge = Math.Sqrt(RidgeFactor * noise.Variance * noise.Inflation);
        double[][] columns = basis.Columns(length);
        columnNorms = Array.ConvertAll(columns, column => Vectors.Norm(column));
        for (int i = 0; i < size; i++)
        {
            double largest = columns[i].Max(Math.Abs);
            Array.Resize(ref columns[i], length + size);
            columns[i][length + i] = i == 0 ? 0 : ridge * largest;
            Vectors.Scale(columns[i], 1 / columnNorms[i]);
        }
        qr = new PivotedQr(columns, RankTolerance);

        this.samples = samples;
        amplitudes = Solve();
    }

    private AmplitudeFit(AmplitudeFit whole, ScaledSamples samples)
    {
        (basis, noise, qr, columnNorms) = (whole.basis, whole.noise, whole.qr, whole.columnNorms);
        this.samples = samples;
        amplitudes = Solve();
    }

    /// <summary>The fit of other coordinates of the same trajectory, with the same functions and ridge.</summary>
    public AmplitudeFit Of(ScaledSamples others) => new(this, others);

    /// <summary>The functions at time <paramref name="t"/>, ready for <see cref="Value"/> and <see cref="Variances"/>.</summary>
    public double[] FunctionsAt(double t)
    {
        var functions = new double[basis.Size];
        basis.Evaluate(t, functions);
        for (int i = 0; i < functions.Length; i++)
            functions[i] /= columnNorms[i];
        return functions;
    }

    /// <summary>The fit of one coordinate, in scaled units.</summary>
    public double Value(int coordinate, ReadOnlySpan<double> functions) =>
        Vectors.Dot(functions, amplitudes.AsSpan(coordinate * functions.Length, functions.Length));

    /// <summary>The variances of the fit of all coordinates [q] due to the noise, in scaled units.</summary>
    public double[] Variances(ReadOnlySpan<double> functions)
    {
        double leverage = qr.Leverage(functions) * noise.Inflation;
        return Array.ConvertAll(noise.VariancesOf(samples), variance => variance * leverage);
    }

    private double[] Solve()
    {
        var solutions = new double[samples.Columns.Length * basis.Size];
        Span<double> projections = stackalloc double[qr.Rank];
        for (int j = 0; j < samples.Columns.Length; j++)
        {
            for (int i = 0; i < projections.Length; i++)
                projections[i] = Vectors.Dot(samples.Columns[j], qr.Basis[i]);
            qr.Solve(projections, solutions.AsSpan(j * basis.Size, basis.Size));
        }
        return solutions;
    }
}
