using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Declarative.Koopman;

/// <summary>The leading part of a singular value decomposition A = U S Vᵀ.</summary>
/// <remarks>
/// MathNet's Svd builds the full square U and V, so it only ever sees a small square matrix here. Where noise fills the spectrum, the Gram
/// matrix of the smaller side is accurate enough and three times as fast. Where it does not (exact data), squaring would drown what is
/// small, and A goes through two pivoted QR factorisations to a core no larger than its rank.
/// </remarks>
/// <param name="Values">The kept singular values, in descending order.</param>
/// <param name="Left">The columns of U that belong to them.</param>
/// <param name="Right">The columns of V that belong to them.</param>
internal sealed record TruncatedSvd(double[] Values, double[][] Left, double[][] Right)
{
    /// <summary>Singular values from a Gram matrix are rounding below some 1e-8 of the largest. A median well above that says that
    /// the values kept, all above the median, are not.</summary>
    private const double SmallestMedianForGram = 1e-5;

    /// <summary>Decomposes a finite matrix that is not zero.</summary>
    /// <param name="columns">The columns of A.</param>
    /// <param name="rank">How many singular values to keep, at least 1, given all min(rows, columns) of them in descending order.</param>
    /// <exception cref="MathNet.Numerics.NonConvergenceException">The iteration did not converge.</exception>
    public static TruncatedSvd Compute(double[][] columns, Func<double[], int> rank)
    {
        if (columns[0].Length >= columns.Length)
            return TryGram(columns, rank) ?? FromQr(columns, rank);
        TruncatedSvd transposed = Compute(Vectors.Transpose(columns), rank);
        return new(transposed.Values, transposed.Right, transposed.Left);
    }

    private static TruncatedSvd? TryGram(double[][] columns, Func<double[], int> rank)
    {
        int count = columns.Length;
        Matrix<double> gram = Matrix<double>.Build.Dense(count, count);
        for (int i = 0; i < count; i++)
        {
            for (int j = i; j < count; j++)
                gram[i, j] = gram[j, i] = Vectors.Dot(columns[i], columns[j]);
        }
        Evd<double> evd = gram.Evd(Symmetricity.Symmetric);
        var values = new double[count];                         // MathNet's order is ascending
        for (int i = 0; i < count; i++)
            values[i] = Math.Sqrt(Math.Max(evd.EigenValues[count - 1 - i].Real, 0));
        if (!(values[count / 2] > SmallestMedianForGram * values[0]))
            return null;

        int kept = Math.Min(rank(values), count / 2 + 1);
        var right = new double[kept][];
        for (int i = 0; i < kept; i++)
            right[i] = evd.EigenVectors.Column(count - 1 - i).AsArray();
        double[][] left = Combine(columns, right);
        for (int i = 0; i < kept; i++)
            Vectors.Scale(left[i], 1 / values[i]);
        return new(values[..kept], left, right);
    }

    private static TruncatedSvd FromQr(double[][] columns, Func<double[], int> rank)
    {
        const double rounding = 1e-15;
        var tall = new PivotedQr(columns, rounding);                            // A = Q R
        var wide = new PivotedQr([.. tall.Coefficients], rounding);             // Rᵀ = Z C, so A = Q Cᵀ Zᵀ
        Svd<double> core = Matrix<double>.Build.DenseOfRowArrays(wide.Coefficients).Svd(computeVectors: true);
        var values = new double[columns.Length];                                // beyond the numerical rank: 0
        core.S.AsArray().CopyTo(values, 0);

        int kept = Math.Min(rank(values), core.S.Count);
        var left = new double[kept][];
        var right = new double[kept][];
        for (int i = 0; i < kept; i++)
        {
            left[i] = core.VT.Row(i).AsArray();                                 // C = W S Xᵀ, so Cᵀ = X S Wᵀ
            right[i] = core.U.Column(i).AsArray();
        }
        return new(values[..kept], Combine(tall.Basis, left), Combine(wide.Basis, right));
    }

    /// <summary>The linear combinations of <paramref name="columns"/> with each array of weights.</summary>
    private static double[][] Combine(IReadOnlyList<double[]> columns, double[][] weights) => Array.ConvertAll(weights, weight =>
    {
        var sum = new double[columns[0].Length];
        for (int j = 0; j < columns.Count; j++)
            Vectors.AddScaled(sum, weight[j], columns[j]);
        return sum;
    });
}
