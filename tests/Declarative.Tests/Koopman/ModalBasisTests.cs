using System.Numerics;
using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

public class ModalBasisTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(400)]
    public void SimpleEigenvaluesGiveTheirPowers(double t)
    {
        Assert.Equal([1, Math.Pow(0.9, t), Math.Pow(-0.5, t)], Row(t, 0.9, -0.5), Near);
        Assert.Equal([1, Math.Pow(0.9, t) * Math.Cos(0.3 * t), Math.Pow(0.9, t) * Math.Sin(0.3 * t) / Math.Sin(0.3)],
            Row(t, Complex.FromPolarCoordinates(0.9, 0.3)), Near);
        double sign = t % 2 == 0 ? 1 : -1;          // beyond ±i: (-1)ᵗ and the angle from π
        Assert.Equal([1, sign * Math.Pow(0.9, t) * Math.Cos(0.1 * t), sign * Math.Pow(0.9, t) * Math.Sin(0.1 * t) / Math.Sin(0.1)],
            Row(t, Complex.FromPolarCoordinates(0.9, Math.PI - 0.1)), Near);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-15)]
    [InlineData(1e-9)]
    [InlineData(1e-6)]
    public void CloseEigenvaluesTendToTheDerivative(double gap)
    {
        foreach (double t in new[] { 0.0, 1, 2, 30, 200 })
        {
            double derivative = t * Math.Pow(0.8, t - 1);
            Assert.Equal(derivative, Row(t, 0.8 + gap / 2, 0.8 - gap / 2)[2], 1e-9 * derivative + 1e-15);
            Assert.Equal((t % 2 == 0 ? 1 : -1) * derivative, Row(t, -0.8 + gap / 2, -0.8 - gap / 2)[2], 1e-9 * derivative + 1e-15);
            if (gap > 0)        // a double root that rounding made a pair of tiny angle
                Assert.Equal(t * Math.Pow(0.8, t), Row(t, new Complex(0.8, gap))[2], 1e-7 * derivative + 1e-15);
        }
    }

    [Fact]
    public void CloseEigenvaluesGiveTheirDividedDifference()
    {
        const double a = 0.9, b = 0.8995;
        foreach (double t in new[] { 1.0, 5, 100, 5_000, 1e7 })
            Assert.Equal((Math.Pow(a, t) - Math.Pow(b, t)) / (a - b), Row(t, a, b)[2], Near);
        Complex λ = Complex.FromPolarCoordinates(0.9, 0.4), μ = Complex.FromPolarCoordinates(0.8996, 0.4005);
        foreach (int t in new[] { 1, 5, 100, 5_000 })
        {
            Complex expected = (Complex.Pow(λ, t) - Complex.Pow(μ, t)) / (λ - μ);
            double[] row = Row(t, λ, μ);
            Assert.Equal(5, row.Length);
            Assert.Equal(expected.Real, row[3], 1e-9);
            Assert.Equal(expected.Imaginary / Math.Sin(0.4), row[4], 1e-9);
        }
    }

    [Theory]
    [InlineData(1e9)]
    [InlineData(1e308)]
    [InlineData(double.PositiveInfinity)]
    public void OnlyTheConstantIsLeftInTheLimit(double t) => Assert.Equal(
        [1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        Row(t, 0.99, 0.99, -0.9, 0.8, 0.7999, Complex.FromPolarCoordinates(0.9, 1), Complex.FromPolarCoordinates(0.9, 1)));

    [Fact]
    public void ColumnsAreTheRowsTransposed()
    {
        var basis = new ModalBasis([0.9, Complex.FromPolarCoordinates(0.7, 2)]);
        double[][] columns = basis.Columns(6);
        var row = new double[basis.Size];
        basis.Evaluate(4, row);
        Assert.Equal(row, Array.ConvertAll(columns, column => column[4]));
    }

    private static double[] Row(double t, params Complex[] eigenvalues)
    {
        var basis = new ModalBasis(eigenvalues);
        var row = new double[basis.Size];
        basis.Evaluate(t, row);
        return row;
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-11 * Math.Abs(b) + 1e-300;
}
