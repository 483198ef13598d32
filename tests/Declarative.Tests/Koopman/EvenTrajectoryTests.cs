using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>Missing and repeated samples, and times with gaps, on an even grid.</summary>
public class EvenTrajectoryTests
{
    [Fact]
    public void EvenSamplesStayAsTheyAre()
    {
        var even = EvenTrajectory.Of(Trajectories.Of(5, t => t * t, t => -t), [10, 15, 20, 25, 30]);
        Assert.Equal((10, 5, 0, 0), (even.Start, even.Interval, even.Filled, even.Repeated));
        Assert.Equal(5, even.Samples.Length);
        Assert.Equal([9, -3], even.Samples[3].ToArray());
        Assert.Equal(18, even.Horizon(100));
        Assert.Equal(double.PositiveInfinity, even.Horizon(double.PositiveInfinity));
    }

    [Fact]
    public void GapsAreFilledByStraightLinesAndRepeatsAveraged()
    {
        // Out of order; 4 and 5 have no sample, 2 has two, one of 7 is missing.
        var samples = new Trajectory([6, 60, 0, 0, 1, 10, 2, 20, 4, 40, 3, 30, 7, double.NaN, 9, 90], 2);
        var even = EvenTrajectory.Of(samples, [6, 0, 1, 2, 2, 3, 7, 8]);
        double[] expected = [0, 1, 3, 3, 4, 5, 6, 7.5, 9];
        Assert.Equal(expected, Enumerable.Range(0, even.Samples.Length).Select(t => even.Samples[t, 0]), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(expected, Enumerable.Range(0, even.Samples.Length).Select(t => even.Samples[t, 1] / 10), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal((3, 1), (even.Filled, even.Repeated));
    }

    [Fact]
    public void MissingEndsAreLeftOut()
    {
        var even = EvenTrajectory.Of(new Trajectory([double.NaN, 1, 2, 3, double.NaN], 1), [0, 1, 2, 3, 4]);
        Assert.Equal((1, 3, 0), (even.Start, even.Samples.Length, even.Filled));
    }

    [Fact]
    public void OneTimeIsOneSample()
    {
        var even = EvenTrajectory.Of(new Trajectory([1, 3, double.NaN], 1), [7, 7, 9]);
        Assert.Equal((7, 1, 1, 2), (even.Start, even.Interval, even.Samples.Length, even.Samples[0, 0]));
        Assert.Equal(1, even.Repeated);
    }

    [Fact]
    public void AnInfinityStaysAndEndsWhatIsUsable()
    {
        Trajectory broken = Trajectories.Of(20, t => t == 15 ? double.PositiveInfinity : 1 + Math.Pow(0.8, t));
        var even = EvenTrajectory.Of(broken, [.. Enumerable.Range(0, 20).Select(t => 2.0 * t)]);
        Assert.Equal(15, even.Samples.Usable().Length);
        Assert.Contains("sample 15", new AffineHankelEstimator().Estimate(even.Samples, 50).Cut);
    }

    [Fact]
    public void ATrajectoryWithHolesIsEstimatedNearlyAsWell()
    {
        Func<double, double> law = t => 1 + 0.5 * Math.Pow(0.99, t);
        double[] times = [.. Enumerable.Range(0, 200).Where(t => t % 17 is not (3 or 4))];
        var samples = new Trajectory([.. times.Select(law)], 1);
        var even = EvenTrajectory.Of(samples, times);
        Assert.Equal(times[^1] + 1, even.Samples.Length);
        Assert.Equal(even.Samples.Length - times.Length, even.Filled);
        Assert.Equal(law(400), new AffineHankelEstimator().Estimate(even.Samples, even.Horizon(400)).Value[0], 1e-3);
    }

    [Fact]
    public void AGridOfItsOwnIntervalLiesBetweenTheSamples()
    {
        var even = EvenTrajectory.Of(Trajectories.Of(5, t => 2 * t), [0, 1, 2, 3, 4], interval: 1.5);
        Assert.Equal([0, 3, 6], Enumerable.Range(0, 3).Select(t => even.Samples[t, 0]), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal((3, 1), (even.Samples.Length, even.Filled));
    }

    [Fact]
    public void WideSamplesAreReadInAnyOrder()
    {
        float[][] rows = [.. Enumerable.Range(0, 9).Select(t => Enumerable.Range(0, 300).Select(j => (float)(t + 1000 * j)).ToArray())];
        rows[4][299] = float.NaN;
        Trajectory even = EvenTrajectory.Of(new Trajectory(rows), [.. Enumerable.Range(0, 9)]).Samples;
        int[] selected = [299, 0, 130];
        for (int t = 0; t < 9; t++)
        {
            Assert.Equal(Enumerable.Range(0, 300).Select(j => t + 1000.0 * j), even[t].ToArray(), (a, b) => Math.Abs(a - b) < 1e-9);
            Assert.Equal(selected.Select(j => t + 1000.0 * j), even.Select(selected)[t].ToArray(), (a, b) => Math.Abs(a - b) < 1e-9);
        }
        Assert.Equal([8, 8 + 1000.0 * 299], even.Every(4, 0)[2].ToArray().Where((_, j) => j is 0 or 299));
    }

    [Fact]
    public void WhatIsNoSeriesIsRefused()
    {
        Trajectory three = Trajectories.Of(3, t => t);
        Assert.Throws<ArgumentNullException>("samples", () => EvenTrajectory.Of(null!, []));
        Assert.Throws<ArgumentNullException>("times", () => EvenTrajectory.Of(three, null!));
        Assert.Throws<ArgumentException>("times", () => EvenTrajectory.Of(three, [0, 1]));
        Assert.Throws<ArgumentException>("times", () => EvenTrajectory.Of(three, [0, 1, double.NaN]));
        Assert.Contains("missing", Assert.Throws<ArgumentException>("samples", () => EvenTrajectory.Of(three.Map((_, _, _) => double.NaN), [0, 1, 2])).Message);
        Assert.Contains("longer interval", Assert.Throws<ArgumentException>("times", () => EvenTrajectory.Of(three, [0, 1, 1e9], 1)).Message);
        foreach (double none in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => EvenTrajectory.Of(three, [0, 1, 2], none));
    }
}
