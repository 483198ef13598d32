using System.Numerics;
using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>Optimised DMD: exact on few modes without noise, and better than the linear fit that it starts from under white noise.</summary>
public class OptimizedDmdTests
{
    private static readonly OptimizedDmdEstimator Estimator = new();

    [Theory]
    [InlineData(60, 100.5)]
    [InlineData(60, 1000)]
    [InlineData(60, double.PositiveInfinity)]
    [InlineData(400, 900)]
    public void FewModesAreExact(int length, double horizon)
    {
        Check(length, horizon, 1e-8, t => 1 + 0.5 * Math.Pow(0.9, t));
        HypergradientEstimate estimate = Check(length, horizon, 1e-7,
            t => 1 + 0.5 * Math.Pow(0.9, t) - Math.Pow(0.97, t) * Math.Cos(0.2 * t),
            t => -0.5 + Math.Pow(0.97, t) * Math.Sin(0.2 * t),
            t => 0.3 * Math.Pow(0.9, t));
        Assert.Equal(2, estimate.Eigenvalues.Count);
        Assert.Contains(estimate.Eigenvalues, λ => (λ - 0.9).Magnitude < 1e-7);
        Assert.Contains(estimate.Eigenvalues, λ => (λ - Complex.FromPolarCoordinates(0.97, 0.2)).Magnitude < 1e-7);
        Assert.Equal(1, estimate.BacktestSkill!.Value, 1e-6);
    }

    [Fact]
    public void AnAlternationIsExact() => Check(40, 51, 1e-8, t => 0.5 + Math.Pow(-0.95, (int)t));

    [Fact]
    public void ADoubleRateIsExact() => Check(40, 80, 1e-8, t => 2 - 0.1 * t * Math.Pow(0.9, 2 * t));

    [Fact]
    public void ManyCoordinatesOfFewModesAreExact() =>
        Check(60, 200, 1e-8, [.. Enumerable.Range(0, 300).Select<int, Func<double, double>>(j =>
            t => Math.Cos(j) + Math.Sin(3 * j) * Math.Pow(0.95, t) + Math.Cos(7 * j) * Math.Pow(0.8, t))]);

    [Fact]
    public void NoiseAloneHasNoModes()
    {
        int modes = 0;
        double error = 0;
        for (int seed = 0; seed < 15; seed++)
        {
            HypergradientEstimate estimate = Estimator.Estimate(Trajectories.Of(100, _ => 1).WithNoise(0.2, new Random(seed)), 1000);
            modes += estimate.Eigenvalues.Count;
            error += Math.Abs(estimate.Value[0] - 1) / 15;
        }
        Assert.InRange(modes, 0, 3);
        Assert.InRange(error, 0, 0.04);                 // the mean of all 100: .8 · .02
    }

    [Fact]
    public void UnderWhiteNoiseTheRateIsNearerThanTheStart()
    {
        double Error(IHypergradientEstimator estimator, double λ) => Enumerable.Range(0, 15)
            .Select(seed => Trajectories.Of(100, t => 1 + 2 * Math.Pow(λ, t)).WithNoise(0.05, new Random(seed)))
            .Select(trajectory => estimator.Estimate(trajectory, 1000).Eigenvalues.Select(found => (found - λ).Magnitude).DefaultIfEmpty(1).Min())
            .Order().ElementAt(7);
        Assert.InRange(Error(Estimator, 0.95), 0, 0.01);
        Assert.InRange(Error(Estimator, 0.95), 0, Error(new ClippedHankelEstimator(), 0.95));
    }

    [Fact]
    public void GrowthIsBoundedAndReported()
    {
        HypergradientEstimate estimate = Estimator.Estimate(Trajectories.Of(30, t => Math.Pow(1.2, t)), 1000);
        Assert.InRange(Math.Abs(estimate.Value[0]), 0, 2 * Math.Pow(1.2, 29));
        Assert.Equal(1.2, estimate.SpectralRadius!.Value, 1e-9);
        Assert.All(estimate.Eigenvalues, λ => Assert.InRange(λ.Magnitude, 0, 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void AHorizonThatIsNoTimeIsRefused(double horizon) =>
        Assert.Throws<ArgumentOutOfRangeException>("horizon", () => Estimator.Estimate(Trajectories.Of(20, t => t), horizon));

    private static HypergradientEstimate Check(int length, double horizon, double tolerance, params Func<double, double>[] coordinates)
    {
        HypergradientEstimate estimate = Estimator.Estimate(Trajectories.Of(length, coordinates), horizon);
        Assert.Null(estimate.Failure);
        for (int j = 0; j < coordinates.Length; j++)
            Assert.Equal(coordinates[j](double.IsInfinity(horizon) ? 1e6 : horizon), estimate.Value[j], tolerance);
        return estimate;
    }
}
