using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Declarative.Koopman;

/// <summary>Maps from each window to the next whose eigenvalues independent noise does not shrink, as it shrinks those of least squares
/// (Dawson, Hemati, Williams, Rowley, "Characterizing and correcting for the effect of sensor noise in the dynamic mode decomposition",
/// 2016).</summary>
/// <remarks>The windows of a Hankel matrix share all but one sample, so their noise is not independent and the gain is small.</remarks>
internal static class DebiasedMaps
{
    /// <summary>The map [r, r] of total least squares: that of both matrices projected on the leading right singular vectors of one above the
    /// other (Hemati, Rowley, Deem, Cattafesta, "De-biasing the dynamic mode decomposition", 2017).</summary>
    /// <param name="hankel">Finite windows that are not all zero.</param>
    /// <param name="rank">How many singular values to keep, given all of them and the matrix's rows and columns.</param>
    public static Matrix<double> TotalLeastSquares(HankelMatrix hankel, Func<double[], int, int, int> rank)
    {
        double[][] stacked = [.. hankel.Past.Zip(hankel.Future, (past, future) => (double[])[.. past, .. future])];
        TruncatedSvd svd = TruncatedSvd.Compute(stacked, values => rank(values, stacked[0].Length, stacked.Length));
        return Map(Project(hankel.Past, svd.Right), Project(hankel.Future, svd.Right));
    }

    /// <summary>The eigenvalues ±√μ, in the upper half plane, of the mean of the forward and backward maps on the leading left singular
    /// vectors of the past; the signs are those nearest to eigenvalues of the forward map.</summary>
    /// <param name="hankel">Finite windows that are not all zero.</param>
    /// <param name="rank">How many singular values to keep, given all of them and the matrix's rows and columns.</param>
    /// <param name="eigenvalues">The eigenvalues of a map, the conjugate of a pair left out.</param>
    public static Complex[] ForwardBackward(HankelMatrix hankel, Func<double[], int, int, int> rank, Func<Matrix<double>, Complex[]> eigenvalues)
    {
        int rows = hankel.Past[0].Length;
        TruncatedSvd svd = TruncatedSvd.Compute(hankel.Past, values => rank(values, rows, hankel.Past.Length));
        // Rows of UᵀA and UᵀB; a map F with UᵀB ≈ F UᵀA is found as Fᵀ, of the same eigenvalues.
        double[][] past = Project(Vectors.Transpose(hankel.Past), svd.Left), future = Project(Vectors.Transpose(hankel.Future), svd.Left);
        Matrix<double> forward = Map(past, future), backward = Map(future, past);
        Complex[] references = eigenvalues(forward);
        if (references.Length == 0)
            return [];
        return Array.ConvertAll(eigenvalues(forward * backward.Inverse()), square =>
        {
            Complex root = Complex.Sqrt(square), opposite = new(-root.Real, root.Imaginary);
            return Distance(root) <= Distance(opposite) ? root : opposite;
        });

        double Distance(Complex λ) => references.Min(reference => (reference - λ).Magnitude);
    }

    /// <summary>X [r, r] with <paramref name="from"/> X ≈ <paramref name="to"/> by least squares, matrices held as columns.</summary>
    private static Matrix<double> Map(double[][] from, double[][] to)
    {
        var qr = new PivotedQr(from, AmplitudeFit.RankTolerance);
        Matrix<double> map = Matrix<double>.Build.Dense(from.Length, to.Length);
        double[] storage = map.AsColumnMajorArray();
        for (int j = 0; j < to.Length; j++)
        {
            double[] projections = [.. qr.Basis.Select(direction => Vectors.Dot(direction, to[j]))];
            qr.Solve(projections, storage.AsSpan(j * from.Length, from.Length));
        }
        return map;
    }

    /// <summary>The linear combinations of <paramref name="columns"/> with each of <paramref name="weights"/>.</summary>
    private static double[][] Project(double[][] columns, double[][] weights) => Array.ConvertAll(weights, weight =>
    {
        var sum = new double[columns[0].Length];
        for (int i = 0; i < columns.Length; i++)
            Vectors.AddScaled(sum, weight[i], columns[i]);
        return sum;
    });
}
