using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>What estimates the limit only: exact on as many modes as it is made for, and guarded where there is no limit.</summary>
public class ExtrapolationTests
{
    [Theory]
    [InlineData(3, 0.5)]
    [InlineData(20, 0.9)]
    [InlineData(31, -0.95)]
    [InlineData(100, 0.99)]
    [InlineData(100, 0)]
    public void AitkenIsExactOnOneMode(int length, double λ) => Check(new AitkenEstimator(), length, 1e-10, [1, -2],
        t => 1 + 0.5 * Math.Pow(λ, t), t => -2 + 3 * Math.Pow(λ, t));

    [Theory]
    [InlineData(1.1)]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    [InlineData(-1.2)]
    public void AitkenTakesTheTailMeanWhereNothingShrinks(double λ)
    {
        Trajectory growth = Trajectories.Of(31, t => λ == 1 ? t : 1 + Math.Pow(λ, t));
        Assert.Equal(growth.TailMean()[0], new AitkenEstimator().Estimate(growth, 100).Value[0], 1e-12 * Math.Abs(growth.TailMean()[0]));
    }

    [Fact]
    public void AitkenGuardsEachCoordinateAlone() =>
        Check(new AitkenEstimator(), 30, 1e-12, [1, 25.5], t => 1 + Math.Pow(0.9, t), t => t);          // 22 ... 29

    [Theory]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(7, 3)]
    [InlineData(40, 3)]
    [InlineData(100, 3)]
    public void WynnIsExactOnUpToThreeModes(int length, int modes)
    {
        double[] λ = [0.9, -0.6, 0.4];
        for (int k = 0; k <= modes; k++)
        {
            Check(new WynnEstimator(), length, 1e-9, [1, -0.5],
                t => 1 + λ[..k].Sum(rate => Math.Pow(rate, t)), t => -0.5 + 0.3 * λ[..k].Sum(rate => rate * Math.Pow(rate, t)));
        }
    }

    [Fact]
    public void WynnIsExactOnAnOscillation() =>
        Check(new WynnEstimator(), 50, 1e-9, [0.5], t => 0.5 + Math.Pow(0.97, t) * Math.Cos(0.1 * t) - Math.Pow(0.8, t));

    [Fact]
    public void WynnLeavesTheAntilimitOfGrowth() => Check(new WynnEstimator(), 14, 1e-9, [3], t => 3 + 0.1 * Math.Pow(1.2, t));

    [Theory]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(9, 4)]
    [InlineData(60, 4)]
    [InlineData(100, 5)]
    [InlineData(301, 5)]
    public void ReducedRankIsExactOnModesInOneCoordinate(int length, int modes)
    {
        double[] λ = [0.9, -0.6, 0.4, 0.75, 0.97];
        Check(new ReducedRankExtrapolation(), length, 1e-5, [1], t => 1 + λ[..modes].Sum(rate => Math.Pow(rate, t)));
    }

    [Theory]
    [InlineData(21)]
    [InlineData(60)]
    [InlineData(1000)]
    public void ReducedRankIsExactOnTenModesInManyCoordinates(int length)
    {
        double[] rates = [0.1, 0.3, 0.5, 0.7, 0.9, -0.2, -0.4, -0.6, -0.8, -0.9];
        Func<double, double>[] coordinates = [.. Enumerable.Range(0, 40).Select<int, Func<double, double>>(j =>
            t => Math.Cos(j) + rates.Select((rate, k) => Math.Sin(1 + j * (k + 1)) * Math.Pow(rate, t)).Sum())];
        Check(new ReducedRankExtrapolation(), length, 1e-5, [.. Enumerable.Range(0, 40).Select(j => Math.Cos(j))], coordinates);
    }

    [Fact]
    public void ReducedRankAveragesNoise()
    {
        double[] errors = [.. Enumerable.Range(0, 15).Select(seed =>
        {
            Trajectory trajectory = Trajectories.Of(100, _ => 1).WithNoise(0.2, new Random(seed));
            return Math.Abs(new ReducedRankExtrapolation().Estimate(trajectory, 1000).Value[0] - 1);
        })];
        Assert.InRange(errors.Order().ElementAt(7), 0, 0.067);          // half of what one sample has: .67 · .2
    }

    private static void Check(IHypergradientEstimator estimator, int length, double tolerance, double[] limits,
        params Func<double, double>[] coordinates)
    {
        foreach (double horizon in new[] { length, double.PositiveInfinity })
        {
            HypergradientEstimate estimate = estimator.Estimate(Trajectories.Of(length, coordinates), horizon);
            Assert.Null(estimate.Failure);
            Assert.All(limits.Zip(estimate.Value), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }
}
