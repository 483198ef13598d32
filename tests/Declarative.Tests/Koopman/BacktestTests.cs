using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>The back-test against its definition, with models whose forecasts are known.</summary>
public class BacktestTests
{
    private const int Length = 20;                                      // 12 and 15 samples are fitted

    [Fact]
    public void TheSkillIsThatOfItsDefinition()
    {
        var random = new Random(3);
        Trajectory trajectory = Trajectories.Of(Length, t => t, t => 100 * Math.Cos(t)).Map((_, _, value) => value + random.NextDouble());
        var backtest = Backtest.Run(trajectory, 8, beginning => new Foreteller(2, (t, j) => beginning[0, j] + 0.5 * t));
        double sumOfErrors = 0, sumOfChanges = 0;
        for (int j = 0; j < 2; j++)
        {
            double square = Enumerable.Range(0, Length).Average(t => trajectory[t, j] * trajectory[t, j]), errors = 0, changes = 0;
            foreach (int fitted in new[] { 12, 15 })
                for (int t = fitted; t < Length; t++)
                {
                    errors += Math.Pow(trajectory[0, j] + 0.5 * t - trajectory[t, j], 2);
                    changes += Math.Pow(trajectory[fitted - 1, j] - trajectory[t, j], 2);
                }
            Assert.Equal(1 - errors / changes, backtest.CoordinateSkills![j], 1e-10);
            sumOfErrors += errors / square;
            sumOfChanges += changes / square;
        }
        Assert.Equal(1 - sumOfErrors / sumOfChanges, backtest.Skill!.Value, 1e-10);
    }

    [Fact]
    public void PersistenceHasNoneAndTheTruthHasAll()
    {
        Trajectory trajectory = Trajectories.Of(Length, t => t * t);
        Assert.Equal(0, Backtest.Run(trajectory, 8, beginning =>
            new Foreteller(1, (_, j) => beginning[beginning.Length - 1, j])).CoordinateSkills![0], 1e-12);
        Assert.Equal(1, Backtest.Run(trajectory, 8, _ => new Foreteller(1, (t, _) => t * t)).CoordinateSkills![0], 1e-12);
    }

    [Fact]
    public void WhereNothingMovesAnyErrorIsBoundedAndNoneIsPerfect()
    {
        Trajectory constants = Trajectories.Of(Length, _ => 3, _ => 3, _ => 0);
        var backtest = Backtest.Run(constants, 8, _ => new Foreteller(3, (_, j) => j == 0 ? 3 : j == 1 ? double.MaxValue : 0));
        Assert.Equal([1, -1000, 1], backtest.CoordinateSkills!);
        Assert.True(double.IsFinite(backtest.Skill!.Value));
    }

    [Fact]
    public void ABeginningWithoutAModelIsLeftOut()
    {
        Trajectory trajectory = Trajectories.Of(Length, t => t);
        var longer = Backtest.Run(trajectory, 13, _ => new Foreteller(1, (t, _) => t + 1));
        var withModel = Backtest.Run(trajectory, 8, beginning => beginning.Length == 12 ? null : new Foreteller(1, (t, _) => t + 1));
        Assert.Equal(1 - 5.0 / (1 + 4 + 9 + 16 + 25), longer.Skill!.Value, 1e-12);
        Assert.Equal(longer.Skill, withModel.Skill);
        foreach (var none in new[] { Backtest.Run(trajectory, 8, _ => null), Backtest.Run(trajectory.First(1), 1, _ => throw new InvalidOperationException()) })
            Assert.Equal((null, null), (none.Skill, none.CoordinateSkills));
    }

    [Fact]
    public void OfManyCoordinatesSomeAreForetoldAndNoneIsTold()
    {
        int foretold = 0;
        var wide = new Trajectory(new double[Length * 2001], 2001);
        var backtest = Backtest.Run(wide, 8, beginning => new Foreteller(foretold = beginning.Width, (_, _) => 0));
        Assert.Equal(2000, foretold);
        Assert.Null(backtest.CoordinateSkills);
        Assert.NotNull(backtest.Skill);
        Assert.Equal(2000, Backtest.Run(wide.Select([.. Enumerable.Range(0, 2000)]), 8,
            beginning => new Foreteller(2000, (_, _) => 0)).CoordinateSkills!.Length);
    }

    [Theory]
    [InlineData("AHD")]
    [InlineData("HDMD")]
    [InlineData("clipped HDMD")]
    [InlineData("TLS-HDMD")]
    [InlineData("FB-HDMD")]
    public void ACoordinateThatBreaksItsLawIsToldFromOneThatKeepsIt(string name)
    {
        Func<double, double> law = t => Math.Pow(0.97, t) * Math.Cos(0.2 * t);
        Trajectory trajectory = Trajectories.Of(100, law, law).WithNoise(0.01, new Random(1)).Map((t, j, value) => t < 75 || j == 0 ? value : 5);
        double[] skills = Estimators.Named(name).Estimate(trajectory, 200).CoordinateSkills!;
        Assert.InRange(skills[0], 0.8, 1);
        Assert.InRange(skills[1], -1000, 0.3);
    }

    /// <summary>Foretells a function of time and coordinate.</summary>
    private sealed class Foreteller(int width, Func<double, int, double> law) : ITrajectoryModel
    {
        public void Evaluate(double[] times, Action<CoordinateBlock, double[][]> receive)
        {
            foreach (CoordinateBlock block in CoordinateBlock.Of(width))
                receive(block, Array.ConvertAll(times, t => Enumerable.Range(block.First, block.Count).Select(j => law(t, j)).ToArray()));
        }
    }
}
