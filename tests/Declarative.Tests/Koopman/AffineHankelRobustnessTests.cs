using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>Whatever the trajectory holds, the estimate is finite, bounded, and of the right units and order.</summary>
public class AffineHankelRobustnessTests
{
    private static readonly AffineHankelEstimator Estimator = new();

    [Fact]
    public void GrowthIsBoundedAndReported()
    {
        HypergradientEstimate estimate = Estimator.Estimate(Trajectories.Of(30, t => Math.Pow(1.2, t)), 1000);
        Assert.InRange(Math.Abs(estimate.Value[0]), 0, 2 * Math.Pow(1.2, 29));
        Assert.Equal(1.2, estimate.SpectralRadius!.Value, 1e-9);
        Assert.All(estimate.Eigenvalues, λ => Assert.InRange(λ.Magnitude, 0, 1));
    }

    [Fact]
    public void ConstantsStay()
    {
        HypergradientEstimate estimate = Estimator.Estimate(Trajectories.Of(30, _ => 3, _ => -2, _ => 0, _ => 0.1), 1000);
        double[] expected = [3, -2, 0, 0.1];
        Assert.All(expected.Zip(estimate.Value), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        Assert.Empty(estimate.Eigenvalues);
        Assert.Equal(0, estimate.SpectralRadius);
        Assert.Equal(0, estimate.BacktestSkill!.Value, 1e-3);       // no better than persistence, which is perfect
    }

    [Fact]
    public void ZerosStay()
    {
        HypergradientEstimate estimate = Estimator.Estimate(Trajectories.Of(30, _ => 0, _ => 0), double.PositiveInfinity);
        Assert.Equal([0, 0], estimate.Value);
        Assert.Equal([0, 0], estimate.StandardError!);
        Assert.Null(estimate.Failure);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void SamplesFromTheFirstThatIsNotFiniteAreNotUsed(double broken)
    {
        Trajectory whole = Trajectories.Of(40, t => 1 + Math.Pow(0.9, t), t => 2 - Math.Pow(0.8, t));
        Trajectory cut = whole.Map((t, j, value) => (t, j) == (25, 1) ? broken : t > 25 ? 1e9 : value);
        HypergradientEstimate estimate = Estimator.Estimate(cut, 1000);
        Assert.Equal(Estimator.Estimate(whole.First(25), 1000).Value, estimate.Value);
        Assert.Equal(1, estimate.Value[0], 1e-12);
        Assert.Null(estimate.Failure);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void TooFewSamplesGiveTheirTailMean(int length)
    {
        Trajectory trajectory = Trajectories.Of(10, t => 1 + Math.Pow(0.5, t)).Map((t, _, value) => t < length ? value : double.NaN);
        foreach (Trajectory given in new[] { trajectory, trajectory.First(length) })
        {
            HypergradientEstimate estimate = Estimator.Estimate(given, 100);
            double expected = length switch
            {
                0 => 0,
                7 => 1 + (Math.Pow(0.5, 5) + Math.Pow(0.5, 6)) / 2,
                _ => 1 + Math.Pow(0.5, length - 1),
            };
            Assert.Equal(expected, estimate.Value[0], 1e-15);
            Assert.Contains($"{length} of {given.Length} samples", estimate.Failure);
            Assert.Null(estimate.StandardError);
        }
    }

    [Fact]
    public void EightSamplesAreEnoughForOneDecay()
    {
        HypergradientEstimate estimate = Estimator.Estimate(Trajectories.Of(8, t => 1 + Math.Pow(0.5, t)), double.PositiveInfinity);
        Assert.Equal(1, estimate.Value[0], 1e-12);
        Assert.Null(estimate.BacktestSkill);                        // nothing can be held out
    }

    [Fact]
    public void PermutedCoordinatesPermuteTheEstimate()
    {
        Trajectory trajectory = Noisy(width: 12);
        int[] order = [.. Enumerable.Range(0, 12).Select(j => (5 * j + 3) % 12)];
        HypergradientEstimate straight = Estimator.Estimate(trajectory, 500);
        HypergradientEstimate permuted = Estimator.Estimate(trajectory.Map((t, j, _) => trajectory[t, order[j]]), 500);
        Assert.All(Enumerable.Range(0, 12), j => Assert.Equal(straight.Value[order[j]], permuted.Value[j], 1e-8));
        Assert.All(Enumerable.Range(0, 12), j => Assert.Equal(straight.StandardError![order[j]], permuted.StandardError![j], 1e-8));
    }

    [Fact]
    public void ScaledCoordinatesScaleTheEstimate()
    {
        Trajectory trajectory = Noisy(width: 4);
        double[] factors = [1e-200, -1, 3e7, 1e200];
        HypergradientEstimate straight = Estimator.Estimate(trajectory, 500);
        HypergradientEstimate scaled = Estimator.Estimate(trajectory.Map((_, j, value) => factors[j] * value), 500);
        Assert.All(factors.Index(), factor => Assert.Equal(straight.Value[factor.Index], scaled.Value[factor.Index] / factor.Item, 1e-8));
        Assert.All(factors.Index(), factor =>
            Assert.Equal(straight.StandardError![factor.Index], scaled.StandardError![factor.Index] / Math.Abs(factor.Item), 1e-8));
        Assert.Equal(straight.BacktestSkill!.Value, scaled.BacktestSkill!.Value, 1e-8);
    }

    [Fact]
    public void TheLimitIsWhereLongHorizonsLead()
    {
        Trajectory trajectory = Noisy(width: 3);
        double[] limit = Estimator.Estimate(trajectory, double.PositiveInfinity).Value, far = Estimator.Estimate(trajectory, 1e9).Value;
        Assert.All(limit.Zip(far), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void NoNumbersWhateverAreTooStrange()
    {
        Func<Random, int, double>[] kinds =
        [
            (random, _) => random.NextGaussian(),
            (random, _) => random.NextGaussian() * double.MaxValue / 10,
            (_, t) => t % 2 == 0 ? double.MaxValue : -double.MaxValue,
            (_, _) => double.MaxValue,
            (random, _) => random.Next(3) * double.Epsilon,
            (random, _) => random.Next(2),
            (random, t) => t < 10 ? 0 : 1,
            (random, t) => Math.Pow(10, 10 * t - 300),
            (random, t) => Math.Pow(10, 300 - 15 * t),
            (random, t) => random.Next(10) == 0 ? 1e300 : 1e-300 * t,
            (random, t) => Math.Pow(random.NextDouble(), 40),
            (_, t) => t * t * t,
        ];
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            Func<Random, int, double>[] chosen = random.GetItems(kinds, random.Next(1, 4));
            int length = random.Next(8, 60);
            Trajectory trajectory = Trajectories.Of(length, [.. chosen.Select<Func<Random, int, double>, Func<double, double>>(kind =>
                t => kind(random, (int)t))]);
            foreach (double horizon in new[] { length - 1.0, length * 20.0, 1e308, double.PositiveInfinity })
            {
                HypergradientEstimate estimate = Estimator.Estimate(trajectory, horizon);
                for (int j = 0; j < chosen.Length; j++)
                {
                    IEnumerable<int> times = Enumerable.Range(0, trajectory.Usable().Length);
                    double largest = times.Select(t => Math.Abs(trajectory[t, j])).DefaultIfEmpty().Max();
                    double bound = Math.Min(2 * largest * (1 + 1e-12), double.MaxValue);
                    Assert.True(Math.Abs(estimate.Value[j]) <= bound, $"seed {seed}: {estimate.Value[j]} of {largest}");
                }
                Assert.True(estimate.StandardError?.All(double.IsFinite) ?? estimate.Failure is not null, $"seed {seed}");
                Assert.True(double.IsFinite(estimate.BacktestSkill ?? 0), $"seed {seed}: skill {estimate.BacktestSkill}");
                Assert.True(double.IsFinite(estimate.SpectralRadius ?? 0), $"seed {seed}: radius {estimate.SpectralRadius}");
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void AHorizonThatIsNoTimeIsRefused(double horizon) =>
        Assert.Throws<ArgumentOutOfRangeException>("horizon", () => Estimator.Estimate(Noisy(1), horizon));

    private static Trajectory Noisy(int width) => Trajectories.Of(60, [.. Enumerable.Range(0, width).Select<int, Func<double, double>>(j =>
        t => Math.Cos(j) + Math.Sin(1 + 3 * j) * Math.Pow(0.9, t) + Math.Cos(5 * j) * Math.Pow(0.97, t))]).WithNoise(0.05, new Random(7));
}
