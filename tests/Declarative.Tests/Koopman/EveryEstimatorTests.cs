using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>What holds for every estimator, whatever the trajectory.</summary>
public class EveryEstimatorTests
{
    private const int Length = 60, Narrow = 12;

    public static TheoryData<string> Names => Estimators.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void PermutedCoordinatesPermuteTheEstimate(string name)
    {
        Trajectory trajectory = Noisy();
        int[] order = [.. Enumerable.Range(0, Narrow).Select(j => (5 * j + 3) % Narrow)];
        HypergradientEstimate straight = Estimators.Named(name).Estimate(trajectory, 100);
        HypergradientEstimate permuted = Estimators.Named(name).Estimate(trajectory.Map((t, j, _) => trajectory[t, order[j]]), 100);
        Assert.All(order.Index(), pair => Assert.Equal(straight.Value[pair.Item], permuted.Value[pair.Index], 1e-8));
        foreach ((double[]? before, double[]? after) in new[]
        {
            (straight.StandardError, permuted.StandardError), (straight.CoordinateSkills, permuted.CoordinateSkills),
        })
        {
            Assert.Equal(before is null, after is null);
            if (before is not null)
                Assert.All(order.Index(), pair => Assert.Equal(before[pair.Item], after![pair.Index], 1e-6));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ScaledCoordinatesScaleTheEstimate(string name)
    {
        Trajectory trajectory = Noisy();
        double[] factors = [1e-200, -1, 3e7, 1e200, 1, 1e-9, -1e-300, 1e300, 2, 3, 4, 5];
        HypergradientEstimate straight = Estimators.Named(name).Estimate(trajectory, 100);
        HypergradientEstimate scaled = Estimators.Named(name).Estimate(trajectory.Map((_, j, value) => factors[j] * value), 100);
        Assert.All(factors.Index(), factor => Assert.Equal(straight.Value[factor.Index], scaled.Value[factor.Index] / factor.Item, 1e-8));
        if (straight.StandardError is { } errors)
            Assert.All(factors.Index(), factor => Assert.Equal(errors[factor.Index], scaled.StandardError![factor.Index] / Math.Abs(factor.Item), 1e-6));
        if (straight.CoordinateSkills is { } skills)
            Assert.All(skills.Zip(scaled.CoordinateSkills!), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CoordinatesThatRepeatAreEstimatedAsOnce(string name)
    {
        Trajectory narrow = Noisy();
        int[] source = [.. Enumerable.Range(0, 30 * Narrow).Select(j => j * 7 % Narrow)];
        var wide = new Trajectory([.. Enumerable.Range(0, Length).Select(t => source.Select(j => (float)narrow[t, j]).ToArray())]);
        double[] expected = Estimators.Named(name).Estimate(narrow.Map((_, _, value) => (float)value), 100).Value;
        double[] actual = Estimators.Named(name).Estimate(wide, 100).Value;
        Assert.All(source.Index(), pair => Assert.Equal(expected[pair.Item], actual[pair.Index], 1e-8));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ConstantsStayAndZerosAreZero(string name)
    {
        double[] constants = name == "zero" ? [0, 0, 0, 0] : [3, -2, 0, 1e-3];
        foreach (int length in new[] { 1, 2, 3, 8, 30, 300 })
        {
            foreach (double horizon in new[] { length, 1e4, double.PositiveInfinity })
            {
                HypergradientEstimate estimate = Estimators.Named(name).Estimate(Trajectories.Of(length, _ => 3, _ => -2, _ => 0, _ => 1e-3), horizon);
                Assert.All(constants.Zip(estimate.Value), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
                Assert.All(estimate.StandardError ?? [], error => Assert.Equal(0, error, 1e-10));
                Assert.All(estimate.CoordinateSkills ?? [], skill => Assert.Equal(1, skill));
            }
            Assert.Equal(new double[20], Estimators.Named(name).Estimate(new Trajectory(new double[20 * length], 20), 1e4).Value);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SamplesFromTheFirstThatIsNotFiniteAreNotUsed(string name)
    {
        Trajectory whole = Noisy(), broken = whole.Map((t, j, value) => (t, j) == (40, 7) ? double.NaN : t > 40 ? 1e9 : value);
        HypergradientEstimate expected = Estimators.Named(name).Estimate(whole.First(40), 100), actual = Estimators.Named(name).Estimate(broken, 100);
        Assert.Equal(expected.Value, actual.Value);
        Assert.Equal(expected.CoordinateSkills, actual.CoordinateSkills);
        Assert.Null(expected.Cut);
        Assert.Equal(name == "zero" ? null : "20 of 60 samples were left out: sample 40 (from 0) is the first that is not finite.", actual.Cut);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatExtrapolatesIsBacktestedCoordinateByCoordinate(string name)
    {
        HypergradientEstimate estimate = Estimators.Named(name).Estimate(Noisy(), 100);
        bool extrapolates = name is not ("zero" or "local" or "tail mean");
        // What knows the limit alone foretells no sample.
        bool knowsTime = extrapolates && name is not ("Aitken" or "Wynn" or "RRE");
        Assert.Equal(knowsTime, estimate.BacktestSkill is not null);
        Assert.Equal(knowsTime ? Narrow : 0, estimate.CoordinateSkills?.Length ?? 0);
        Assert.Equal(extrapolates, estimate.StandardError is not null);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TooFewSamplesAreAFailureThatSaysSo(string name)
    {
        int minimum = Estimators.MinimumLength(name);
        for (int usable = 0; usable <= minimum; usable++)
        {
            Trajectory trajectory = Trajectories.Of(20, t => 1 + Math.Pow(0.2, t)).Map((t, _, value) => t < usable ? value : double.NegativeInfinity);
            HypergradientEstimate estimate = Estimators.Named(name).Estimate(trajectory, 100);
            if (usable >= minimum)
            {
                Assert.DoesNotContain("usable", estimate.Failure ?? "");
                continue;
            }
            Assert.Equal(trajectory.TailMean(), estimate.Value);
            Assert.Contains($"of 20 samples {(minimum > 1 ? "are" : "is")} usable", estimate.Failure);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoNumbersWhateverAreTooStrange(string name)
    {
        Func<Random, int, double>[] kinds =
        [
            (random, _) => random.NextGaussian(),
            (random, _) => random.NextGaussian() * double.MaxValue / 10,
            (_, t) => t % 2 == 0 ? double.MaxValue : -double.MaxValue,
            (_, _) => double.MaxValue,
            (random, _) => random.Next(3) * double.Epsilon,
            (random, _) => random.Next(2),
            (_, t) => t < 10 ? 0 : 1,
            (_, t) => t == 0 ? 1 : 0,
            (_, t) => Math.Pow(10, 10 * t - 300),
            (_, t) => Math.Pow(10, 300 - 15 * t),
            (random, t) => random.Next(10) == 0 ? 1e300 : 1e-300 * t,
            (random, _) => Math.Pow(random.NextDouble(), 40),
            (_, t) => t * t * t,
            (_, t) => Math.Pow(-1.3, t),
        ];
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            Func<Random, int, double>[] chosen = random.GetItems(kinds, random.Next(1, 4));
            int length = random.Next(1, 60);
            Trajectory trajectory = Trajectories.Of(length, [.. chosen.Select<Func<Random, int, double>, Func<double, double>>(kind =>
                t => kind(random, (int)t))]);
            foreach (double horizon in new[] { length - 1.0, length * 20.0, 1e308, double.PositiveInfinity })
            {
                HypergradientEstimate estimate = Estimators.Named(name).Estimate(trajectory, horizon);
                for (int j = 0; j < chosen.Length; j++)
                {
                    IEnumerable<int> times = Enumerable.Range(0, trajectory.Usable().Length);
                    double largest = times.Select(t => Math.Abs(trajectory[t, j])).DefaultIfEmpty().Max();
                    double bound = name == "HDMD" ? double.MaxValue : Math.Min(2 * largest * (1 + 1e-12), double.MaxValue);
                    Assert.True(Math.Abs(estimate.Value[j]) <= bound, $"seed {seed}: {estimate.Value[j]} of {largest}");
                }
                Assert.True((estimate.StandardError ?? []).All(double.IsFinite), $"seed {seed}: a standard error");
                Assert.True((estimate.CoordinateSkills ?? []).All(skill => skill is >= -1000 and <= 1), $"seed {seed}: a skill");
                Assert.True(double.IsFinite(estimate.BacktestSkill ?? 0), $"seed {seed}: skill {estimate.BacktestSkill}");
                Assert.True(double.IsFinite(estimate.SpectralRadius ?? 0), $"seed {seed}: radius {estimate.SpectralRadius}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheDataStaysAsItWasAndTheAnswerToo(string name)
    {
        Trajectory trajectory = Noisy(), copy = trajectory.Map((_, _, value) => value);
        double[] first = Estimators.Named(name).Estimate(trajectory, 100).Value;
        Assert.All(Enumerable.Range(0, Length), t => Assert.Equal(copy[t].ToArray(), trajectory[t].ToArray()));
        Assert.Equal(first, Estimators.Named(name).Estimate(trajectory, 100).Value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ManyHyperparametersNeedNoMatrixOfTheirNumberSquared(string name)
    {
        const int width = 10_000;
        var trajectory = new Trajectory([.. Enumerable.Range(0, 30).Select(t =>
            Enumerable.Range(0, width).Select(j => (float)(Math.Cos(j) + Math.Pow(0.5, t))).ToArray())]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        HypergradientEstimate estimate = Estimators.Named(name).Estimate(trajectory, double.PositiveInfinity);
        double[] values = estimate.Value;
        Assert.Null(estimate.CoordinateSkills);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L << 20);         // width² numbers are 763 MiB
        Assert.All(Enumerable.Range(0, width), j => Assert.Equal(name == "zero" ? 0 : Math.Cos(j), values[j], 1e-5));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoTrajectoryIsRefused(string name) =>
        Assert.Throws<ArgumentNullException>("trajectory", () => Estimators.Named(name).Estimate(null!, 100));

    private static Trajectory Noisy() => Trajectories.Of(Length, [.. Enumerable.Range(0, Narrow).Select<int, Func<double, double>>(j =>
        t => Math.Cos(j) + Math.Sin(1 + 3 * j) * Math.Pow(0.9, t) + Math.Cos(5 * j) * Math.Pow(0.97, t))]).WithNoise(0.05, new Random(7));
}
