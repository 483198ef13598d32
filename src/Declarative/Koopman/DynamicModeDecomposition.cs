using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Declarative.Koopman;

/// <summary>The eigenvalues of the linear map that takes each window of a trajectory to the next, by projected dynamic mode
/// decomposition: K = Uᵣᵀ B Vᵣ Sᵣ⁻¹ with A ≈ Uᵣ Sᵣ Vᵣᵀ (Schmid 2010; Tu et al. 2014).</summary>
internal static class DynamicModeDecomposition
{
    /// <summary>In units of the scaled samples: below, a centred Hankel matrix holds rounding only and there are no dynamics.</summary>
    private const double Rounding = 1e-13;

    /// <summary>The eigenvalues λ per sample of the Hankel matrix, the conjugate of a pair left out; none where nothing moves
    /// or the iteration does not converge.</summary>
    /// <param name="hankel">Windows of finite samples of a size near 1.</param>
    /// <param name="maximumRank">At most so many singular values are taken for signal.</param>
    /// <param name="method">How the map is fitted.</param>
    public static Complex[] Eigenvalues(HankelMatrix hankel, int maximumRank, EigenvalueMethod method = EigenvalueMethod.LeastSquares)
    {
        int rows = hankel.Past[0].Length, columns = hankel.Past.Length;
        double meanSquare = hankel.Past.Sum(column => Vectors.Dot(column, column)) / ((double)rows * columns);
        if (!(meanSquare > Rounding * Rounding))
            return [];
        try
        {
            return method switch
            {
                EigenvalueMethod.TotalLeastSquares => Eigenvalues(DebiasedMaps.TotalLeastSquares(hankel, AtMost)),
                EigenvalueMethod.ForwardBackward => DebiasedMaps.ForwardBackward(hankel, AtMost, Eigenvalues),
                _ => Eigenvalues(Project(TruncatedSvd.Compute(hankel.Past, values => AtMost(values, rows, columns)), hankel.Future)),
            };
        }
        catch (NonConvergenceException)
        {
            return [];
        }

        int AtMost(double[] values, int rows, int columns) => Math.Min(Rank(values, rows, columns), maximumRank);
    }

    /// <summary>How many singular values stand out of white noise of unknown size: those above ω(β) times their median, at least one,
    /// and none that is rounding (Gavish and Donoho, "The optimal hard threshold for singular values is 4/√3", 2014).</summary>
    /// <param name="values">All min(<paramref name="rows"/>, <paramref name="columns"/>) singular values in descending order.</param>
    /// <param name="rows">The number of rows of the matrix.</param>
    /// <param name="columns">The number of columns of the matrix.</param>
    public static int Rank(double[] values, int rows, int columns)
    {
        double β = (double)Math.Min(rows, columns) / Math.Max(rows, columns);
        double ω = 0.56 * β * β * β - 0.95 * β * β + 1.82 * β + 1.43;
        double threshold = Math.Max(ω * Vectors.MedianInPlace([.. values]), 1e-10 * values[0]);
        return Math.Max(1, values.Count(value => value > threshold));
    }

    /// <summary>K [r, r].</summary>
    private static Matrix<double> Project(TruncatedSvd svd, double[][] future)
    {
        int rank = svd.Values.Length;
        Matrix<double> map = Matrix<double>.Build.Dense(rank, rank);
        var image = new double[future[0].Length];
        for (int j = 0; j < rank; j++)
        {
            Array.Clear(image);
            for (int i = 0; i < future.Length; i++)
                Vectors.AddScaled(image, svd.Right[j][i] / svd.Values[j], future[i]);
            for (int i = 0; i < rank; i++)
                map[i, j] = Vectors.Dot(svd.Left[i], image);
        }
        return map;
    }

    /// <summary>Through MathNet's real Evd (its complex one can run forever), which needs a finite matrix that is not zero and
    /// of moderate size.</summary>
    private static Complex[] Eigenvalues(Matrix<double> map)
    {
        double norm = map.FrobeniusNorm();
        if (!double.IsFinite(norm) || !(norm > 1e-14))
            return [];
        return [.. map.Divide(norm).Evd(Symmetricity.Asymmetric).EigenValues.Where(λ => λ.Imaginary >= 0).Select(λ => λ * norm)];
    }
}
