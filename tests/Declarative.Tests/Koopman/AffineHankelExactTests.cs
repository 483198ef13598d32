using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>Without noise the estimate equals the closed form, to rounding.</summary>
public class AffineHankelExactTests
{
    private static readonly AffineHankelEstimator Estimator = new();

    [Theory]
    [InlineData(19)]
    [InlineData(100)]
    [InlineData(100.5)]
    [InlineData(1e300)]
    [InlineData(double.PositiveInfinity)]
    public void OneDecayToALimit(double horizon)
    {
        HypergradientEstimate estimate = Check(20, horizon, 1e-13, t => 1 + 0.5 * Math.Pow(0.9, t));
        Assert.Equal(0.9, Assert.Single(estimate.Eigenvalues).Real, 1e-10);
        Assert.Equal(0.9, estimate.SpectralRadius!.Value, 1e-10);
        Assert.Equal(1, estimate.BacktestSkill!.Value, 1e-10);
        Assert.InRange(estimate.StandardError![0], 0, 1e-13);
        Assert.Null(estimate.Failure);
    }

    [Fact]
    public void TwoDecaysInTwoCoordinates() => Check(40, 1000, 1e-12,
        t => 2 - Math.Pow(0.98, t) + 0.3 * Math.Pow(0.8, t),
        t => -1 + 0.5 * Math.Pow(0.98, t));

    [Fact]
    public void ADampedOscillation()
    {
        HypergradientEstimate estimate = Check(40, 60, 1e-12, t => 0.5 + Math.Pow(0.97, t) * Math.Cos(0.2 * t));
        Assert.Equal(0.97, Assert.Single(estimate.Eigenvalues).Magnitude, 1e-10);
        Assert.Equal(0.2, estimate.Eigenvalues[0].Phase, 1e-10);
    }

    [Fact]
    public void AnAlternation() => Check(30, 41, 1e-12, t => 0.5 + Math.Pow(-0.95, (int)t));

    [Fact]
    public void TheLearningRateOnAQuadratic() =>        // a double eigenvalue: h_t = -ηa t (1-ηa)^(2t-1) θ₀² with ηa = .1
        Check(40, 80, 1e-9, t => -0.1 * t * Math.Pow(0.9, 2 * t - 1));

    [Fact]
    public void ADoubleConjugatePair() =>
        Check(60, 90, 1e-12, t => 0.3 + Math.Pow(0.9, t) * (t * Math.Cos(0.4 * t) + Math.Sin(0.4 * t)));

    [Fact]
    public void ADoubleAlternation() => Check(40, 45, 1e-12, t => 0.3 + (1 + t) * Math.Pow(-0.8, (int)t));

    [Fact]
    public void WeightDecayInItsLimit()
    {
        // Gradient descent (η = .1) on ½(θ-2)² + ½wθ² with w = .5, validated by ½(θ-1)², in u = log w: the limit is
        // w (θ*-1) dθ*/dw = .5 · ⅓ · (-2/1.5²) = -4/27.
        var samples = new double[60];
        double θ = 0, tangent = 0;
        for (int t = 0; t < samples.Length; t++)
        {
            samples[t] = 0.5 * tangent * (θ - 1);
            tangent -= 0.1 * (1.5 * tangent + θ);
            θ -= 0.1 * (1.5 * θ - 2);
        }
        HypergradientEstimate estimate = Estimator.Estimate(new Trajectory(samples, 1), double.PositiveInfinity);
        Assert.Equal(-4.0 / 27, estimate.Value[0], 1e-13);
    }

    [Fact]
    public void LearningRateAndMomentumOfAnUnderdampedHeavyBall()
    {
        // θ' = θ - ηv', v' = μv + aθ on ½aθ²: three double eigenvalues, a pair and a real one, of both hypergradients.
        const double η = 0.1, μ = 0.9, a = 1;
        const int length = 80, horizon = 120;
        double[] θ = [1, 0, 0], v = [0, 0, 0];                                  // value, derivatives in η and in μ
        var samples = new double[(horizon + 1) * 2];
        for (int t = 0; t <= horizon; t++)
        {
            (samples[2 * t], samples[2 * t + 1]) = (a * θ[0] * θ[1], a * θ[0] * θ[2]);
            v = [μ * v[0] + a * θ[0], μ * v[1] + a * θ[1], v[0] + μ * v[2] + a * θ[2]];
            θ = [θ[0] - η * v[0], θ[1] - v[0] - η * v[1], θ[2] - η * v[2]];
        }
        HypergradientEstimate estimate = Estimator.Estimate(new Trajectory(samples[..(2 * length)], 2), horizon);
        double largest = samples.Max(Math.Abs);
        Assert.Equal(samples[2 * horizon], estimate.Value[0], 1e-10 * largest);
        Assert.Equal(samples[2 * horizon + 1], estimate.Value[1], 1e-10 * largest);
        Assert.True(Math.Abs(samples[2 * horizon]) > 1e-7 * largest, "the expected value must not be lost in the tolerance");
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(double.PositiveInfinity)]
    public void ALongTrajectory(double horizon)
    {
        HypergradientEstimate estimate = Check(1000, horizon, 1e-12, t => 1 + Math.Pow(0.99, t) - Math.Pow(0.999, t));
        Assert.Equal(0.999, estimate.SpectralRadius!.Value, 1e-10);             // per sample, though found from block means
    }

    [Fact]
    public void AWideTrajectory()
    {
        Func<double, double>[] coordinates = [.. Enumerable.Range(0, 1000).Select<int, Func<double, double>>(j =>
            t => Math.Cos(j) + Math.Sin(3 * j) * Math.Pow(0.95, t) + Math.Cos(7 * j) * Math.Pow(0.8, t))];
        Check(60, 200, 1e-11, coordinates);
    }

    [Fact]
    public void ManyHyperparametersNeedNoMatrixOfTheirNumberSquared()
    {
        const int width = 10_000;
        IEnumerable<double> values = Enumerable.Range(0, 40 * width).Select(i => Math.Cos(i % width) + Math.Pow(0.8, i / width));
        var trajectory = new Trajectory([.. values], width);
        long before = GC.GetAllocatedBytesForCurrentThread();
        HypergradientEstimate estimate = Estimator.Estimate(trajectory, double.PositiveInfinity);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L << 20);        // width² numbers are 763 MiB
        Assert.All(Enumerable.Range(0, width), j => Assert.Equal(Math.Cos(j), estimate.Value[j], 1e-10));
    }

    private static HypergradientEstimate Check(int length, double horizon, double tolerance, params Func<double, double>[] coordinates)
    {
        HypergradientEstimate estimate = Estimator.Estimate(Trajectories.Of(length, coordinates), horizon);
        for (int j = 0; j < coordinates.Length; j++)
        {
            double expected = coordinates[j](double.IsInfinity(horizon) ? 1e6 : horizon);
            Assert.Equal(expected, estimate.Value[j], tolerance * Math.Abs(expected));
        }
        return estimate;
    }
}
