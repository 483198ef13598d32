using System.Numerics;
using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>The functions and derivatives of variable projection against closed forms and differences.</summary>
public class VariableProjectionTests
{
    private const int Length = 30;

    public static TheoryData<double[]> Parameters =>
    [
        [-0.1, 0.04, -0.05, -0.001, -0.3],              // a pair, two real rates, a single one
        [-0.1, 1e-12, -0.2, 0, -0.3],                   // double rates
        [-0.02, 9, -0.3, -0.08, -1.5],
    ];

    [Fact]
    public void FunctionsAreThoseOfTheRates()
    {
        Complex[] rates = [new(-0.1, 0.2), -0.05, -0.4, -0.3];
        (DecayingModes modes, double[] parameters) = DecayingModes.Of(rates);
        Assert.Equal((5, 6), (modes.ParameterCount, modes.Size));
        Assert.Equal([-0.4, -0.3, -0.1, -0.05], modes.Rates(parameters).Select(rate => rate.Real).Order(), (a, b) => Math.Abs(a - b) < 1e-14);
        double[][] columns = modes.Columns(parameters, Length);
        for (int t = 0; t < Length; t++)
        {
            double half = 0.125, mean = -0.175;             // of -.05 and -.3, the two largest real rates
            Assert.Equal(1, columns[0][t]);
            Assert.Equal(Math.Exp(-0.1 * t) * Math.Cos(0.2 * t), columns[1][t], 1e-13);
            Assert.Equal(Math.Exp(-0.1 * t) * Math.Sin(0.2 * t) / 0.2, columns[2][t], 1e-13);
            Assert.Equal(Math.Exp(mean * t) * Math.Cosh(half * t), columns[3][t], 1e-13);
            Assert.Equal(Math.Exp(mean * t) * Math.Sinh(half * t) / half, columns[4][t], 1e-13);
            Assert.Equal(Math.Exp(-0.4 * t), columns[5][t], 1e-13);
        }
    }

    [Fact]
    public void ADoubleRateHasTimesItsDecay()
    {
        (DecayingModes modes, double[] parameters) = DecayingModes.Of([-0.1, -0.1]);
        double[] second = modes.Columns(parameters, Length)[2];
        Assert.All(Enumerable.Range(0, Length), t => Assert.Equal(t * Math.Exp(-0.1 * t), second[t], 1e-13));
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void DerivativesOfFunctionsAreTheirDifferences(double[] parameters)
    {
        var modes = new DecayingModes(2, true);
        for (int p = 0; p < parameters.Length; p++)
        {
            (int first, double[][] derivatives) = modes.Derivatives(parameters, p, Length);
            double[][] above = modes.Columns(Moved(parameters, p, 1e-6), Length), below = modes.Columns(Moved(parameters, p, -1e-6), Length);
            for (int c = 0; c < modes.Size; c++)
                for (int t = 0; t < Length; t++)
                {
                    double expected = (above[c][t] - below[c][t]) / 2e-6;
                    double actual = c >= first && c < first + derivatives.Length ? derivatives[c - first][t] : 0;
                    Assert.Equal(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)));
                }
        }
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void TheJacobianOfTheResidualsIsTheirDifference(double[] parameters)
    {
        var random = new Random(2);
        double[][] samples = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, Length).Select(_ => random.NextGaussian()).ToArray())];
        var projection = new VariableProjection(samples, new DecayingModes(2, true), slowest: 0);
        double[][] jacobian = projection.Jacobian(projection.At(parameters));
        for (int p = 0; p < parameters.Length; p++)
        {
            double[][] above = projection.At(Moved(parameters, p, 1e-6)).Residuals, below = projection.At(Moved(parameters, p, -1e-6)).Residuals;
            double largest = jacobian[p].Max(Math.Abs);
            for (int i = 0; i < jacobian[p].Length; i++)
                Assert.Equal((above[i / Length][i % Length] - below[i / Length][i % Length]) / 2e-6, jacobian[p][i], 1e-5 * largest + 1e-7);
        }
    }

    [Fact]
    public void TheMinimumIsOne()
    {
        // Against a search over all rates on a grid, of one mode in noise.
        var random = new Random(4);
        double[] noisy = [.. Enumerable.Range(0, Length).Select(t => 1 + 2 * Math.Exp(-0.2 * t) + 0.1 * random.NextGaussian())];
        var projection = new VariableProjection([noisy], new DecayingModes(0, true), slowest: 0.01);
        double rate = projection.Minimise([-0.5]).Parameters[0];
        double expected = Enumerable.Range(1, 5000).Select(i => -i / 5000.0).MinBy(candidate => projection.At([candidate]).SumOfSquares);
        Assert.Equal(expected, rate, 3e-4);
    }

    [Fact]
    public void TwoRealRatesBecomeAPair()
    {
        double[] oscillation = [.. Enumerable.Range(0, 60).Select(t => 0.5 + Math.Exp(-0.05 * t) * Math.Cos(0.1 * t))];
        (DecayingModes modes, double[] start) = DecayingModes.Of([-0.04, -0.1]);
        double[] found = new VariableProjection([oscillation], modes, slowest: 0.001).Minimise(start).Parameters;
        Assert.Equal([-0.05, 0.01], found, (a, b) => Math.Abs(a - b) < 1e-8);
    }

    [Fact]
    public void RatesAreHeldBelowTheSlowest()
    {
        var modes = new DecayingModes(2, true);
        double[] parameters = [0.1, 20, -0.1, -0.04, 0.3];
        modes.Project(parameters, 0.05);
        Assert.All(modes.Rates(parameters), rate => Assert.InRange(rate.Real, -7, -0.05 + 1e-12));
        Assert.Equal([-0.05, Math.PI * Math.PI, -0.175, -0.125 * 0.125, -0.05], parameters, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    private static double[] Moved(double[] parameters, int parameter, double by) =>
        [.. parameters.Select((value, p) => p == parameter ? value + by : value)];
}
