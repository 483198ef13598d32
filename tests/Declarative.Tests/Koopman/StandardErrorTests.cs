using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>Standard errors are of the size of the errors that are made, where the noise is white.</summary>
public class StandardErrorTests
{
    [Theory]
    [InlineData("Aitken")]
    [InlineData("Wynn")]
    [InlineData("RRE")]
    [InlineData("snapped HDMD")]
    [InlineData("AHD")]
    public void OfNoiseAroundALimit(string name) => Check(name, 0.5, 2.5, t => 2, t => -1);

    [Theory]
    [InlineData("RRE")]
    [InlineData("snapped HDMD")]
    public void OfNoiseAroundADecay(string name) => Check(name, 0.4, 2.5, t => 1 + Math.Pow(0.8, t), t => 1 - Math.Pow(0.8, t));

    [Fact]
    public void TheSnappedLimitHasThatOfAMean()
    {
        // One eigenvalue, taken for 1: the estimate is the mean of m samples, and its error σ/√m.
        Trajectory noisy = Trajectories.Of(400, _ => 1).WithNoise(0.1, new Random(5));
        HypergradientEstimate estimate = new SnappedHankelEstimator().Estimate(noisy, 1000);
        Assert.Empty(estimate.Eigenvalues);
        double[] samples = [.. Enumerable.Range(0, 400).Select(t => noisy[t, 0])];
        double mean = samples.Average(), variance = samples.Sum(sample => (sample - mean) * (sample - mean)) / 399;
        double ρ = Math.Max(0, samples.Skip(1).Zip(samples, (next, value) => (next - mean) * (value - mean)).Sum() / (399 * variance));
        Assert.Equal(Math.Sqrt(variance / 400 * (1 + ρ) / (1 - ρ)), estimate.StandardError![0], 1e-9);
    }

    [Theory]
    [InlineData("Aitken", 11)]
    [InlineData("Wynn", 11)]
    [InlineData("RRE", 11)]
    public void PartsOfTooFewSamplesHaveNone(string name, int length)
    {
        Assert.Null(Estimators.Named(name).Estimate(Trajectories.Of(length, t => 1 + Math.Pow(0.5, t)), 100).StandardError);
        Assert.NotNull(Estimators.Named(name).Estimate(Trajectories.Of(length + 1, t => 1 + Math.Pow(0.5, t)), 100).StandardError);
    }

    [Theory]
    [InlineData("Aitken")]
    [InlineData("Wynn")]
    [InlineData("RRE")]
    [InlineData("HDMD")]
    public void WithoutNoiseTheyAreRounding(string name) => Assert.All(
        Estimators.Named(name).Estimate(Trajectories.Of(100, t => 1 + Math.Pow(0.9, t), t => 2 - Math.Pow(0.9, t)), 1000).StandardError!,
        error => Assert.InRange(error, 0, 1e-6));

    private static void Check(string name, double least, double most, params Func<double, double>[] coordinates)
    {
        List<double> made = [], told = [];
        for (int seed = 0; seed < 30; seed++)
        {
            Trajectory trajectory = Trajectories.Of(100, coordinates).WithNoise(0.05, new Random(seed));
            HypergradientEstimate estimate = Estimators.Named(name).Estimate(trajectory, double.PositiveInfinity);
            for (int j = 0; j < coordinates.Length; j++)
            {
                made.Add(Math.Abs(estimate.Value[j] - coordinates[j](1e6)));
                told.Add(estimate.StandardError![j]);
            }
        }
        // Of a normal error of standard deviation 1 the median size is .67. Medians, as ratios of differences have no variance.
        double ratio = 0.67 * told.Order().ElementAt(30) / made.Order().ElementAt(30);
        Assert.True(ratio >= least && ratio <= most, $"{name}: {ratio}");
    }
}
