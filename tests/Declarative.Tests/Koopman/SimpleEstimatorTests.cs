using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

public class SimpleEstimatorTests
{
    private static readonly Trajectory Broken = new([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, double.NaN, 7, 70], 2);

    [Fact]
    public void LocalIsTheLastUsableSample() => Assert.Equal([5, 50], new LastSampleEstimator().Estimate(Broken, 100).Value);

    [Fact]
    public void TailMeanIsThatOfTheLastQuarterOfUsableSamples()
    {
        Assert.Equal([4.5, 45], new TailMeanEstimator().Estimate(Broken, 100).Value);       // two of five
        Assert.Equal([4.5, 45], Broken.TailMean());
        Assert.Equal(87, Trajectories.Of(100, t => t).TailMean()[0], 1e-12);                // 75 ... 99
        Assert.Equal([1, 10], Broken.First(1).TailMean());
    }

    [Fact]
    public void NothingUsableIsAFailureWithZeros()
    {
        var trajectory = new Trajectory([1, double.NaN, 3, 4], 2);
        foreach (IHypergradientEstimator estimator in new IHypergradientEstimator[] { new LastSampleEstimator(), new TailMeanEstimator() })
        {
            HypergradientEstimate estimate = estimator.Estimate(trajectory, 10);
            Assert.Equal([0, 0], estimate.Value);
            Assert.Contains("None of 2 samples", estimate.Failure);
        }
    }

    [Fact]
    public void UsableIsTheTrajectoryItselfWhereAllIsFinite()
    {
        Trajectory usable = Broken.Usable();
        Assert.Equal(5, usable.Length);
        Assert.Same(usable, usable.Usable());
    }

    [Fact]
    public void PartsOfATrajectoryEndWhereTheyEnd()
    {
        Trajectory part = Broken.First(2);
        Assert.Equal((2, 2), (part.Length, part.Width));
        Assert.Equal([2, 20], part[1].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => part[2, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.First(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => part.First(-1));
    }

    [Fact]
    public void NamesTellEstimatorsApart()
    {
        IHypergradientEstimator[] estimators = [new AffineHankelEstimator(), new LastSampleEstimator(), new TailMeanEstimator()];
        Assert.Equal(["AHD", "local", "tail mean"], estimators.Select(estimator => estimator.Name));
    }
}
