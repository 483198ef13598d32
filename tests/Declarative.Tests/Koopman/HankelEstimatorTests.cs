using System.Numerics;
using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>The plain Hankel estimators: what each is exact on without noise, and what its rule makes of the rest.</summary>
public class HankelEstimatorTests
{
    public static TheoryData<string> Sums => ["HDMD", "clipped HDMD", "TLS-HDMD", "FB-HDMD"];

    [Theory]
    [MemberData(nameof(Sums))]
    public void SumsOfModesAreExactAtAnyTime(string name)
    {
        foreach (double horizon in new[] { 59, 80, 100.5, 300, double.PositiveInfinity })
        {
            HypergradientEstimate estimate = Check(name, 60, horizon, 1e-7,
                t => 1 + 0.5 * Math.Pow(0.9, t),
                t => -0.5 + Math.Pow(0.97, t) * Math.Cos(0.2 * t),
                t => 0.3 * Math.Pow(0.9, t));
            Assert.Equal(1, estimate.SpectralRadius!.Value, 1e-8);
            Assert.Equal(2, estimate.Eigenvalues.Count);
            Assert.Contains(estimate.Eigenvalues, λ => (λ - 0.9).Magnitude < 1e-7);
            Assert.Contains(estimate.Eigenvalues, λ => (λ - Complex.FromPolarCoordinates(0.97, 0.2)).Magnitude < 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Sums))]
    public void AlternationsAreExact(string name)
    {
        Check(name, 40, 51, 1e-7, t => 0.5 + Math.Pow(-0.95, (int)t));
        Check(name, 40, 51, 1e-7, t => 0.5 + Math.Pow(0.95, t) * Math.Cos(0.5 * Math.PI * t));      // μ < 0: a pair on the imaginary axis
        Check(name, 40, 51, 1e-7, t => 0.5 + Math.Pow(0.95, t) * Math.Cos(2.5 * t));
        Check(name, 40, double.PositiveInfinity, 1e-7, t => 0.5 + Math.Pow(-1, (int)t));            // by the mean
    }

    [Theory]
    [MemberData(nameof(Sums))]
    public void ALongTrajectoryIsExact(string name) => Check(name, 1000, 3000, 1e-7, t => 1 + Math.Pow(0.99, t) - Math.Pow(0.999, t));

    [Theory]
    [MemberData(nameof(Sums))]
    public void ADoubleEigenvalueIsFittedAsOne(string name) => Check(name, 40, 60, 1e-5, t => 1 - 0.1 * t * Math.Pow(0.81, t));

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(400)]
    public void KeptEigenvaluesMayGrow(double horizon)
    {
        double expected = 2 + 0.1 * Math.Pow(1.05, horizon);
        HypergradientEstimate estimate = new HankelEstimator().Estimate(Trajectories.Of(40, t => 2 + 0.1 * Math.Pow(1.05, t)), horizon);
        Assert.Equal(1, estimate.Value[0] / expected, 1e-8);
        Assert.Equal(1.05, estimate.SpectralRadius!.Value, 1e-9);
    }

    [Fact]
    public void GrowthToInfinityIsHugeAndOfItsSign()
    {
        Trajectory growth = Trajectories.Of(40, t => 2 + Math.Pow(1.05, t), t => -Math.Pow(1.05, t));
        double[] values = new HankelEstimator().Estimate(growth, double.PositiveInfinity).Value;
        Assert.All(values.Index(), value => Assert.True(value.Index == 0 ? value.Item > 1e150 : value.Item < -1e150, $"{value}"));
    }

    [Theory]
    [InlineData("clipped HDMD")]
    [InlineData("TLS-HDMD")]
    [InlineData("FB-HDMD")]
    public void ClippedEigenvaluesDoNotGrow(string name)
    {
        Func<double, double> growth = t => Math.Pow(1.1, t) * Math.Cos(0.3 * t);
        HypergradientEstimate estimate = Estimators.Named(name).Estimate(Trajectories.Of(40, growth), 1e6);
        Assert.Equal(1.1, estimate.SpectralRadius!.Value, 1e-7);
        Assert.Equal(1, Assert.Single(estimate.Eigenvalues).Magnitude, 1e-12);
        Assert.InRange(Math.Abs(estimate.Value[0]), 0, 2 * Math.Pow(1.1, 39));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(1000)]
    [InlineData(double.PositiveInfinity)]
    public void SnappedIsTheLimitBehindModesThatDecay(double horizon)
    {
        HypergradientEstimate estimate = new SnappedHankelEstimator().Estimate(Trajectories.Of(60,
            t => 1 + 0.5 * Math.Pow(0.9, t),
            t => -2 + Math.Pow(0.9, t) * Math.Cos(0.3 * t),
            t => Math.Pow(0.9, t)), horizon);
        Assert.All(estimate.Value.Zip([1, -2, 0]), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
        Assert.DoesNotContain(estimate.Eigenvalues, λ => λ == 1);
        Assert.Equal(2, estimate.Eigenvalues.Count);
    }

    [Fact]
    public void SnappedIsFarFromNoiseThatTakesClippedToZero()
    {
        double Error(IHypergradientEstimator estimator) => Enumerable.Range(0, 15)
            .Select(seed => Trajectories.Of(100, t => 1 + 0.3 * Math.Pow(0.9, t)).WithNoise(0.2, new Random(seed)))
            .Select(trajectory => Math.Abs(estimator.Estimate(trajectory, 10_000).Value[0] - 1)).Order().ElementAt(7);
        Assert.InRange(Error(new SnappedHankelEstimator()), 0, 0.1);
        Assert.InRange(Error(new ClippedHankelEstimator()), 0.3, 1.01);
    }

    [Fact]
    public void WhatIsNearerToOneThanTheToleranceIsTakenForTheLimit()
    {
        Trajectory slow = Trajectories.Of(40, t => Math.Pow(0.99, t));
        HypergradientEstimate near = new SnappedHankelEstimator().Estimate(slow, 1000);
        Assert.Equal(Enumerable.Range(0, 40).Average(t => Math.Pow(0.99, t)), near.Value[0], 1e-10);
        HypergradientEstimate far = new SnappedHankelEstimator { Tolerance = 0.001 }.Estimate(slow, 1000);
        Assert.Equal(slow.TailMean(), far.Value);
        Assert.Contains("near enough to 1", far.Failure);
        Assert.Equal(0.99, far.SpectralRadius!.Value, 1e-10);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void AToleranceThatIsNoneIsRefused(double tolerance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SnappedHankelEstimator { Tolerance = tolerance });

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void AHorizonThatIsNoTimeIsRefused(double horizon) =>
        Assert.Throws<ArgumentOutOfRangeException>("horizon", () => new HankelEstimator().Estimate(Trajectories.Of(20, t => t), horizon));

    [Fact]
    public void NoiseShrinksTheEigenvaluesOfLeastSquaresOnly()
    {
        // One delay, h = 1 + noise of standard deviation .2: least squares has λ = 1 / (1 + .2²) in the mean.
        Trajectory noisy = Trajectories.Of(2000, _ => 1).WithNoise(0.2, new Random(1));
        double[] samples = [.. Enumerable.Range(0, noisy.Length).Select(t => noisy[t, 0])];
        var hankel = new HankelMatrix(samples, width: 1, delays: 1, centred: false);
        double λ(EigenvalueMethod method) => Assert.Single(DynamicModeDecomposition.Eigenvalues(hankel, 1, method)).Real;
        Assert.Equal(1 / 1.04, λ(EigenvalueMethod.LeastSquares), 0.005);
        Assert.Equal(1, λ(EigenvalueMethod.TotalLeastSquares), 0.005);
        Assert.Equal(1, λ(EigenvalueMethod.ForwardBackward), 0.005);
    }

    private static HypergradientEstimate Check(string name, int length, double horizon, double tolerance, params Func<double, double>[] coordinates)
    {
        HypergradientEstimate estimate = Estimators.Named(name).Estimate(Trajectories.Of(length, coordinates), horizon);
        Assert.Null(estimate.Failure);
        for (int j = 0; j < coordinates.Length; j++)
        {
            // A long way on, at a time whose alternation and cosine have no part in what is expected.
            double expected = double.IsInfinity(horizon) ? 0.5 * (coordinates[j](100_000) + coordinates[j](100_001)) : coordinates[j](horizon);
            Assert.Equal(expected, estimate.Value[j], tolerance);
        }
        return estimate;
    }
}
