using System.Numerics;
using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>The parts of the decomposition, each against its definition.</summary>
public class DynamicModeDecompositionTests
{
    [Fact]
    public void HankelColumnsAreCentredWindowsAndTheirShift()
    {
        // Two coordinates, two delays: windows (1,5,2,7) (2,7,4,6) (4,6,8,6) (8,6,16,4).
        var hankel = new HankelMatrix([1, 5, 2, 7, 4, 6, 8, 6, 16, 4], width: 2, delays: 2);
        Check([[-4, -3, -8, 2], [-1, 3, -2, -1], [5, 0, 10, -1]], hankel.Past);
        Check([[-8, 2, -16, 2], [-2, -1, -4, 2], [10, -1, 20, -4]], hankel.Future);
        Assert.Throws<ArgumentOutOfRangeException>("delays", () => new HankelMatrix([1, 2, 3, 4], 1, 3));

        static void Check(double[][] thirds, double[][] actual)
        {
            Assert.Equal(thirds.Length, actual.Length);
            for (int i = 0; i < actual.Length; i++)
                Assert.Equal(thirds[i], actual[i], (third, value) => Math.Abs(third / 3 - value) < 1e-14);
        }
    }

    [Fact]
    public void NothingThatMovesHasNoEigenvalues()
    {
        // MathNet's Evd throws on the zero matrix; it must not be asked.
        Assert.Empty(DynamicModeDecomposition.Eigenvalues(new HankelMatrix(new double[20], 1, 5), 20));
        Assert.Empty(DynamicModeDecomposition.Eigenvalues(new HankelMatrix([.. Enumerable.Repeat(0.1, 60)], 3, 5), 20));
        // One impulse, then nothing: the eigenvalues are small, or none are found.
        Complex[] impulse = DynamicModeDecomposition.Eigenvalues(new HankelMatrix([1, .. new double[19]], 1, 2), 20);
        Assert.All(impulse, λ => Assert.InRange(λ.Magnitude, 0, 0.6));
    }

    [Fact]
    public void EigenvaluesOfAKnownSequenceAreFound()
    {
        double[] samples = [.. Enumerable.Range(0, 40).Select(t => 3 + Math.Pow(-0.7, t) + Math.Pow(0.9, t) * Math.Cos(t))];
        Complex[] found = [.. DynamicModeDecomposition.Eigenvalues(new HankelMatrix(samples, 1, 10), 20).OrderBy(λ => λ.Magnitude)];
        Assert.Equal(2, found.Length);
        Assert.InRange((found[0] - -0.7).Magnitude, 0, 1e-11);
        Assert.InRange((found[1] - Complex.FromPolarCoordinates(0.9, 1)).Magnitude, 0, 1e-11);
    }

    [Theory]
    [InlineData(100, 100, 2.858)]       // ω(1), Gavish and Donoho's table IV
    [InlineData(50, 100, 2.1711)]       // ω(½) by the polynomial
    public void TheRankThresholdIsAMultipleOfTheMedian(int rows, int columns, double ω)
    {
        double[] noise = [.. Enumerable.Repeat(1.0, Math.Min(rows, columns) - 2)];
        Assert.Equal(2, DynamicModeDecomposition.Rank([9, ω + 0.01, .. noise], rows, columns));
        Assert.Equal(1, DynamicModeDecomposition.Rank([9, ω - 0.02, .. noise], rows, columns));
        Assert.Equal(1, DynamicModeDecomposition.Rank([1, 1, .. noise], rows, columns));
        Assert.Equal(1, DynamicModeDecomposition.Rank([1, 1e-11, .. new double[noise.Length]], rows, columns));
    }

    [Theory]
    [InlineData(9, 6, 0.0)]
    [InlineData(6, 9, 0.0)]
    [InlineData(7, 7, 0.0)]
    [InlineData(30, 12, 1e-3)]          // noise fills the spectrum: the way through the Gram matrix
    [InlineData(12, 30, 1e-3)]
    public void TheTruncatedSvdIsOne(int rows, int columns, double noise)
    {
        // A = 5 a bᵀ + c dᵀ with orthogonal factors, so both singular values are known, and noise.
        var random = new Random(1);
        double Entry(int i, int j) => 5 * Cosine(i, rows, 1) * Cosine(j, columns, 2) + Cosine(i, rows, 2) * Cosine(j, columns, 1);
        double[][] matrix = [.. Enumerable.Range(0, columns).Select(j =>
            Enumerable.Range(0, rows).Select(i => Entry(i, j) + noise * random.NextGaussian()).ToArray())];
        TruncatedSvd svd = TruncatedSvd.Compute(matrix, _ => 2);
        double tolerance = 1e-13 + 5 * noise;
        Assert.Equal([5, 1], svd.Values, (a, b) => Math.Abs(a - b) < tolerance);
        for (int k = 0; k < 2; k++)
        {
            for (int l = 0; l < 2; l++)
            {
                Assert.Equal(k == l ? 1 : 0, Vectors.Dot(svd.Left[k], svd.Left[l]), 1e-10);
                Assert.Equal(k == l ? 1 : 0, Vectors.Dot(svd.Right[k], svd.Right[l]), 1e-10);
            }
            var image = new double[rows];
            for (int j = 0; j < columns; j++)
                Vectors.AddScaled(image, svd.Right[k][j], matrix[j]);
            for (int i = 0; i < rows; i++)
                Assert.Equal(svd.Values[k] * svd.Left[k][i], image[i], 1e-12);
        }

        static double Cosine(int i, int length, int frequency) =>
            Math.Sqrt(2.0 / length) * Math.Cos(Math.PI * frequency * (i + 0.5) / length);
    }

    [Fact]
    public void LeastSquaresLeaveOutWhatOtherColumnsSpan()
    {
        double[][] columns = [[1, 1, 1, 1, 1], [0, 1, 2, 3, 4], [1, 2, 3, 4, 5]];       // the third is the sum of the others
        var qr = new PivotedQr(columns, 1e-13);
        Assert.Equal(2, qr.Rank);
        double[] line = [7, 9, 11, 13, 15];
        var solution = new double[3];
        qr.Solve([.. qr.Basis.Select(direction => Vectors.Dot(direction, line))], solution);
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(line[i], columns.Select((column, j) => column[i] * solution[j]).Sum(), 1e-12));
        // The variance of the fitted line at its middle is σ²/5, at its end σ² (1/5 + 4/10).
        Assert.Equal(0.2, qr.Leverage([1, 2, 3]), 1e-12);
        Assert.Equal(0.6, qr.Leverage([1, 4, 5]), 1e-12);
    }

    [Fact]
    public void QrIsOrthonormalHoweverAlikeTheColumns()
    {
        double[][] hilbert = [.. Enumerable.Range(0, 10).Select(j => Enumerable.Range(0, 12).Select(i => 1.0 / (i + j + 1)).ToArray())];
        var qr = new PivotedQr(hilbert, 1e-15);
        Assert.Equal(10, qr.Rank);
        for (int k = 0; k < qr.Rank; k++)
        {
            for (int l = 0; l < qr.Rank; l++)
                Assert.Equal(k == l ? 1 : 0, Vectors.Dot(qr.Basis[k], qr.Basis[l]), 1e-14);
        }
        for (int j = 0; j < hilbert.Length; j++)
        {
            for (int i = 0; i < 12; i++)
                Assert.Equal(hilbert[j][i], Enumerable.Range(0, qr.Rank).Sum(k => qr.Basis[k][i] * qr.Coefficients[k][j]), 1e-15);
        }
    }
}
