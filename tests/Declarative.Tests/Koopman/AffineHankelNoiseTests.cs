using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>With noise the estimate is better than the local one, by a margin, on families where the truth is known.</summary>
public class AffineHankelNoiseTests
{
    private const double Horizon = 1000;
    private static readonly AffineHankelEstimator Estimator = new();
    private static readonly LastSampleEstimator Local = new();

    /// <summary>Magnitudes and angles of the modes, and how many times smaller the median error must be than the last sample's.</summary>
    public static TheoryData<double[], double[], double> Families => new()
    {
        { [0.9], [0], 2 },
        { [0.98], [0], 2 },
        { [0.8, 0.95, 0.99], [0, 0, 0], 1.2 },
        { [0.97, 0.98], [0.2, 0], 2 },
        { [0.99], [0.1], 4 },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void TheMedianErrorIsBelowTheLastSamples(double[] magnitudes, double[] angles, double margin)
    {
        var errors = new List<double>();
        var localErrors = new List<double>();
        for (int seed = 0; seed < 15; seed++)
        {
            (Trajectory trajectory, double[] truth) = Family(magnitudes, angles, seed);
            errors.Add(RelativeError(Estimator.Estimate(trajectory, Horizon), truth));
            localErrors.Add(RelativeError(Local.Estimate(trajectory, Horizon), truth));
        }
        Assert.True(margin * Median(errors) < Median(localErrors), $"{Median(errors)} against {Median(localErrors)}");
    }

    [Fact]
    public void NoiseAloneIsAveraged()
    {
        var errors = new List<double>();
        for (int seed = 0; seed < 15; seed++)
        {
            Trajectory trajectory = Trajectories.Of(100, _ => 1).WithNoise(0.2, new Random(seed));
            errors.Add(Math.Abs(Estimator.Estimate(trajectory, Horizon).Value[0] - 1));
        }
        Assert.InRange(Median(errors), 0, 0.06);        // the mean of all 100: .67 · .02; one sample: .67 · .2
    }

    [Fact]
    public void StandardErrorsTellANoisyCoordinateFromAQuietOne()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            Trajectory trajectory = Trajectories.Of(100, t => 1 + Math.Pow(0.9, t), t => 1 - Math.Pow(0.9, t))
                .Map((_, j, value) => value + (j == 0 ? 0.2 : 0.01) * random.NextGaussian());
            double[] errors = Estimator.Estimate(trajectory, Horizon).StandardError!;
            Assert.True(errors[0] > 3 * errors[1], $"seed {seed}: {errors[0]} against {errors[1]}");
        }
    }

    [Fact]
    public void SkillIsHighWhereTheEndCanBeForetoldAndNotWhereItBreaksTheLaw()
    {
        Func<double, double> law = t => Math.Pow(0.97, t) * Math.Cos(0.2 * t);
        Trajectory lawful = Trajectories.Of(100, law).WithNoise(0.02, new Random(1));
        Trajectory broken = lawful.Map((t, _, value) => t < 70 ? value : 5);
        Assert.InRange(Estimator.Estimate(lawful, Horizon).BacktestSkill!.Value, 0.8, 1);
        Assert.InRange(Estimator.Estimate(broken, Horizon).BacktestSkill!.Value, double.NegativeInfinity, 0.3);
    }

    [Fact]
    public void UnderNoiseNoDecaySlowerThanTheTrajectoryIsExtrapolated()
    {
        Trajectory trajectory = Trajectories.Of(50, t => 1 - 0.01 * t).WithNoise(0.02, new Random(3));
        HypergradientEstimate estimate = Estimator.Estimate(trajectory, 500);
        Assert.All(estimate.Eigenvalues, λ => Assert.InRange(λ.Magnitude, 0, 1 - 1.0 / 50 + 1e-12));
        Assert.True(estimate.SpectralRadius > 1 - 1.0 / 50, "what is reported is the radius before projection");
    }

    private static (Trajectory Trajectory, double[] Truth) Family(double[] magnitudes, double[] angles, int seed)
    {
        var random = new Random(seed);
        Func<double, double>[] coordinates = [.. Enumerable.Range(0, 3).Select<int, Func<double, double>>(_ =>
        {
            double limit = random.NextGaussian();
            double[] cosines = Array.ConvertAll(magnitudes, _ => random.NextGaussian());
            double[] sines = Array.ConvertAll(magnitudes, _ => random.NextGaussian());
            return t => limit + magnitudes.Select((r, k) =>
                Math.Pow(r, t) * (cosines[k] * Math.Cos(angles[k] * t) + sines[k] * Math.Sin(angles[k] * t))).Sum();
        })];
        Trajectory trajectory = Trajectories.Of(100, coordinates).WithNoise(0.05, random);
        return (trajectory, Array.ConvertAll(coordinates, coordinate => coordinate(Horizon)));
    }

    private static double RelativeError(HypergradientEstimate estimate, double[] truth) =>
        Math.Sqrt(truth.Zip(estimate.Value, (a, b) => (a - b) * (a - b)).Sum() / truth.Sum(a => a * a));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
