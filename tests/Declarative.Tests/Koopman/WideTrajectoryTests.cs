using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>What goes block by block through a rotated trajectory, against what goes coordinate by coordinate through a narrow one.</summary>
public class WideTrajectoryTests
{
    private const int Narrow = 12, Length = 60;

    private static readonly AffineHankelEstimator Estimator = new();

    [Theory]
    [InlineData(0, 30, 200)]
    [InlineData(0.05, 30, 200)]
    [InlineData(0.05, 30, double.PositiveInfinity)]
    [InlineData(0.3, 11, 90)]
    public void CoordinatesThatRepeatInAnyOrderAreEstimatedAsOnce(double noise, int copies, double horizon)
    {
        Trajectory narrow = Decays().WithNoise(noise, new Random(7));
        int[] source = Shuffled(copies * Narrow);
        HypergradientEstimate expected = Estimator.Estimate(narrow, horizon);
        HypergradientEstimate actual = Estimator.Estimate(Spread(narrow, source), horizon);
        Assert.Equal(expected.BacktestSkill!.Value, actual.BacktestSkill!.Value, 1e-9);
        Assert.Equal(expected.SpectralRadius!.Value, actual.SpectralRadius!.Value, 1e-8);
        for (int j = 0; j < source.Length; j++)
        {
            Assert.Equal(expected.Value[source[j]], actual.Value[j], 1e-9);
            Assert.Equal(expected.StandardError![source[j]], actual.StandardError![j], 1e-9);
        }
    }

    [Fact]
    public void SinglePrecisionIsEstimatedLikeTheSameNumbersInDoublePrecision()
    {
        Trajectory noisy = Spread(Decays().WithNoise(0.05, new Random(3)), Shuffled(25 * Narrow));
        float[][] rows = [.. Enumerable.Range(0, Length).Select(t => noisy[t].ToArray().Select(value => (float)value).ToArray())];
        HypergradientEstimate expected = Estimator.Estimate(noisy.Map((_, _, value) => (float)value), 300);
        HypergradientEstimate actual = Estimator.Estimate(new Trajectory(rows), 300);
        Assert.Equal(expected.Value, actual.Value);
        Assert.Equal(expected.StandardError, actual.StandardError);
        Assert.Equal(expected.BacktestSkill, actual.BacktestSkill);
    }

    [Fact]
    public void RoundingToSinglePrecisionCostsWhatItRounds()
    {
        Trajectory exact = Spread(Decays(), Shuffled(25 * Narrow));
        float[][] rows = [.. Enumerable.Range(0, Length).Select(t => exact[t].ToArray().Select(value => (float)value).ToArray())];
        double[] expected = Estimator.Estimate(exact, 200).Value, actual = Estimator.Estimate(new Trajectory(rows), 200).Value;
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void TheRotationKeepsTheProductsOfSamples()
    {
        Trajectory wide = Spread(Decays().WithNoise(0.1, new Random(5)), Shuffled(30 * Narrow));
        double[][] direct = new ScaledTrajectory(wide, 2).Columns;
        ScaledSamples rotated = RotatedTrajectory.Of(wide);
        Assert.Equal((Length, Length, wide.Width), (rotated.Length, rotated.Columns.Length, rotated.Width));
        for (int s = 0; s < Length; s++)
            for (int t = 0; t < Length; t++)
            {
                double expected = direct.Sum(column => column[s] * column[t]);
                Assert.Equal(expected, rotated.Columns.Sum(column => column[s] * column[t]), 1e-11 * wide.Width);
            }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0)]
    public void TheRotationKeepsTheNoise(double fraction)
    {
        Trajectory wide = Spread(Decays().WithNoise(fraction, new Random(5)), Shuffled(30 * Narrow));
        var basis = new ModalBasis([0.9, 0.97]);
        var direct = new ResidualNoise(new ScaledTrajectory(wide, 2), basis);
        var rotated = new ResidualNoise(RotatedTrajectory.Of(wide), basis);
        if (fraction > 0)
        {
            Assert.Equal(direct.Variance, rotated.Variance, 1e-12);
            Assert.Equal(direct.Inflation, rotated.Inflation, 1e-9);
        }
        else
        {
            // A matrix of products would leave 1e-16.
            Assert.InRange(rotated.Variance, 0, 1e-26);
        }
    }

    [Fact]
    public void TheSkillOfSomeCoordinatesIsThatOfAll()
    {
        // A period of the coordinates that an even choice of 2,000 out of 6,000 would meet in four of twelve places.
        Trajectory narrow = Decays().WithNoise(0.2, new Random(2));
        Trajectory wide = Spread(narrow, [.. Enumerable.Range(0, 6000).Select(j => j % Narrow)]);
        double expected = Estimator.Estimate(narrow, 100).BacktestSkill!.Value;
        Assert.Equal(expected, Estimator.Estimate(wide, 100).BacktestSkill!.Value, 0.02);
    }

    [Fact]
    public void AWideTrajectoryThatBreaksOffIsUsedUpToThere()
    {
        Trajectory wide = Spread(Decays(), Shuffled(20 * Narrow));
        Trajectory broken = wide.Map((t, j, value) => (t, j) == (40, 170) ? double.NaN : value);
        Assert.Equal(Estimator.Estimate(wide.First(40), 100).Value, Estimator.Estimate(broken, 100).Value);
        Assert.Contains("7 of 60 samples", Estimator.Estimate(wide.Map((t, j, value) => (t, j) == (7, 239) ? double.NaN : value), 100).Failure);
    }

    private static Trajectory Decays() => Trajectories.Of(Length, [.. Enumerable.Range(0, Narrow).Select<int, Func<double, double>>(j =>
        t => Math.Cos(j) + Math.Sin(1 + 3 * j) * Math.Pow(0.9, t) + Math.Cos(5 * j) * Math.Pow(0.97, t))]);

    /// <summary>Every narrow coordinate equally often, in no order.</summary>
    private static int[] Shuffled(int width)
    {
        int[] source = [.. Enumerable.Range(0, width).Select(j => j % Narrow)];
        new Random(11).Shuffle(source);
        return source;
    }

    private static Trajectory Spread(Trajectory narrow, int[] source) => new(
        [.. Enumerable.Range(0, narrow.Length * source.Length).Select(i => narrow[i / source.Length, source[i % source.Length]])], source.Length);
}
