using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>The noise and the ridge fit against their definitions, solved by hand for a basis of two functions.</summary>
public class AmplitudeFitTests
{
    private const int Length = 40;
    private const double λ = 0.9;

    private readonly ScaledTrajectory samples;
    private readonly ModalBasis basis = new([λ]);
    private readonly ResidualNoise noise;

    public AmplitudeFitTests()
    {
        // Autocorrelated noise on a decay in two coordinates.
        var random = new Random(4);
        double[] drift = new double[2];
        Trajectory trajectory = Trajectories.Of(Length, t => 1 + Math.Pow(λ, t), t => 30 - 20 * Math.Pow(λ, t)).Map((_, j, value) =>
            value + (j == 0 ? 1 : 20) * (drift[j] = 0.6 * drift[j] + 0.1 * random.NextGaussian()));
        samples = new ScaledTrajectory(trajectory, 2);
        noise = new ResidualNoise(samples, basis);
    }

    [Fact]
    public void ScaledCoordinatesHaveAMeanSquareOfOne() =>
        Assert.All(samples.Columns, column => Assert.Equal(1, column.Average(value => value * value), 1e-13));

    [Fact]
    public void NoiseIsWhatLeastSquaresLeave()
    {
        double squares = 0, products = 0;
        for (int j = 0; j < 2; j++)
        {
            (double limit, double amplitude) = Solve(samples.Columns[j], ridge: 0);
            double[] residual = [.. samples.Columns[j].Select((value, t) => value - limit - amplitude * Math.Pow(λ, t))];
            Assert.Equal(residual.Sum(value => value * value) / (Length - 2), noise.CoordinateVariances[j], 1e-12);
            squares += residual.Sum(value => value * value);
            products += residual.Skip(1).Zip(residual, (next, value) => next * value).Sum();
        }
        Assert.Equal(squares / (Length - 2) / 2, noise.Variance, 1e-12);
        double ρ = products / squares;
        Assert.InRange(ρ, 0.3, 0.9);
        Assert.Equal((1 + ρ) / (1 - ρ), noise.Inflation, 1e-9);
    }

    [Fact]
    public void AmplitudesSolveTheRidgeProblem()
    {
        var fit = new AmplitudeFit(samples, basis, noise);
        double ridge = 10 * noise.Variance * noise.Inflation;       // κσ²(1+ρ)/(1-ρ), and the largest λᵗ is 1
        Assert.True(ridge > 0.1, "the ridge must matter");
        foreach (double t in new[] { 0, 12, 100, double.PositiveInfinity })
        {
            double power = double.IsInfinity(t) ? 0 : Math.Pow(λ, t);
            for (int j = 0; j < 2; j++)
            {
                (double limit, double amplitude) = Solve(samples.Columns[j], ridge);
                Assert.Equal(limit + amplitude * power, Value(fit, samples, j, t), 1e-12);
            }
            (double n, double s, double d) = Moments(ridge);
            double leverage = (d - 2 * power * s + power * power * n) / (n * d - s * s);        // bᵀ(PᵀP + R)⁻¹b
            Assert.Equal(leverage * noise.CoordinateVariances[1] * noise.Inflation, fit.Leverage(t) * fit.Noise.VariancesOf(samples)[1], 1e-12);
        }
    }

    [Fact]
    public void WithoutNoiseThereIsNoRidge()
    {
        var exact = new ScaledTrajectory(Trajectories.Of(Length, t => 2 - Math.Pow(λ, t)), 2);
        var fit = new AmplitudeFit(exact, basis, new ResidualNoise(exact, basis));
        Assert.Equal(2, exact.Unscale(0, Value(fit, exact, 0, double.PositiveInfinity)), 1e-14);
        Assert.Equal(1, exact.Unscale(0, Value(fit, exact, 0, 0)), 1e-14);
    }

    private static double Value(AmplitudeFit fit, ScaledTrajectory samples, int coordinate, double t) =>
        Vectors.Dot(fit.Weights(t), samples.Columns[coordinate]);

    /// <summary>The entries n, s, d of PᵀP + R = [n s; s d] for the functions 1 and λᵗ.</summary>
    private static (double N, double S, double D) Moments(double ridge)
    {
        IEnumerable<double> powers = Enumerable.Range(0, Length).Select(t => Math.Pow(λ, t));
        return (Length, powers.Sum(), powers.Sum(power => power * power) + ridge);
    }

    private static (double Limit, double Amplitude) Solve(double[] y, double ridge)
    {
        (double n, double s, double d) = Moments(ridge);
        double sum = y.Sum(), moment = y.Select((value, t) => value * Math.Pow(λ, t)).Sum();
        return ((d * sum - s * moment) / (n * d - s * s), (n * moment - s * sum) / (n * d - s * s));
    }
}
