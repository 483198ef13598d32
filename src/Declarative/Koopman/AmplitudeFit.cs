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
    private readonly PivotedQr qr;
    private readonly double[] columnNorms;
    private readonly int length;

    /// <summary>Fits <paramref name="basis"/> to <paramref name="samples"/>, given the noise found with the same basis.</summary>
    public AmplitudeFit(ScaledSamples samples, ModalBasis basis, ResidualNoise noise)
    {
        this.basis = basis;
        Noise = noise;
        length = samples.Length;
        int size = basis.Size;
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
    }

    /// <summary>What a plain least-squares fit leaves.</summary>
    public ResidualNoise Noise { get; }

    /// <summary>The weights [m] of the samples in the fit's value at time <paramref name="t"/>, the same for all coordinates.</summary>
    public double[] Weights(double t)
    {
        var weights = new double[length];
        double[] coefficients = ProjectionWeights(t);
        for (int i = 0; i < coefficients.Length; i++)
            Vectors.AddScaled(weights, coefficients[i], qr.Basis[i]);           // the rows of the ridge have no samples
        return weights;
    }

    /// <summary>The orthonormal directions [rank][m and more] in which the functions lie.</summary>
    public IReadOnlyList<double[]> Directions => qr.Basis;

    /// <summary>The weights [rank] of the samples' projections on <see cref="Directions"/> in the fit's value at time <paramref name="t"/>: fewer than
    /// <see cref="Weights"/>, for values at many times.</summary>
    public double[] ProjectionWeights(double t) => qr.SolveTransposed(FunctionsAt(t));

    /// <summary>The variance of the fit at time <paramref name="t"/> due to the noise, in units of a coordinate's own variance.</summary>
    public double Leverage(double t) => qr.Leverage(FunctionsAt(t)) * Noise.Inflation;

    /// <summary>The report on these modes.</summary>
    /// <param name="trajectory">The trajectory that the fit is of.</param>
    /// <param name="spectralRadius">The raw spectral radius.</param>
    public KoopmanReport Report(Trajectory trajectory, double spectralRadius) => ModeContents.Report(
        trajectory, basis.Contents(length - 1, first: 1, length), limit: 0, column => qr.SolveNormalised(column, columnNorms), spectralRadius, Noise);

    private double[] FunctionsAt(double t)
    {
        var functions = new double[basis.Size];
        basis.Evaluate(t, functions);
        for (int i = 0; i < functions.Length; i++)
            functions[i] /= columnNorms[i];
        return functions;
    }
}
