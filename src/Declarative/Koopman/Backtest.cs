namespace Declarative.Koopman;

/// <summary>How well models of a trajectory's beginning foretell its end.</summary>
/// <param name="Skill">1 - (squared error) / (squared error of persistence) over the held-out samples of all coordinates, each in units of its root
/// mean square; null where nothing could be held out.</param>
/// <param name="CoordinateSkills">The same of each coordinate [q] alone, from <see cref="LeastCoordinateSkill"/> to 1; null also where there are more
/// coordinates than are foretold.</param>
internal sealed record Backtest(double? Skill, double[]? CoordinateSkills)
{
    /// <summary>What is worse counts as this: where nothing moves, any error is endlessly worse than persistence.</summary>
    public const double LeastCoordinateSkill = -1_000;

    /// <summary>The most coordinates that are foretold. The skill is a mean over coordinates that weigh alike: as many as this of a wide
    /// trajectory, spread evenly, tell it as well.</summary>
    public const int MostCoordinates = 2_000;

    /// <summary>The parts of a trajectory to fit; the rest is to be foretold.</summary>
    private static readonly double[] FittedFractions = [0.6, 0.75];

    /// <summary>An error in units of a coordinate's root mean square above which all are alike: those of a model that explodes.</summary>
    private const double LargestError = 1e6;

    /// <summary>Mean squares below are what rounding leaves of 0.</summary>
    private const double Rounding = 1e-24, CoordinateRounding = 1e-20;

    /// <summary>Fits the beginnings and foretells the rest.</summary>
    /// <param name="trajectory">Finite samples.</param>
    /// <param name="minimumLength">Beginnings of fewer samples are not fitted.</param>
    /// <param name="fit">The model of a beginning; null where it allows none, and is then left out.</param>
    public static Backtest Run(Trajectory trajectory, int minimumLength, Func<Trajectory, ITrajectoryModel?> fit)
    {
        int width = trajectory.Width;
        if (width > MostCoordinates)
            trajectory = trajectory.Select(Spread(width));
        double[] ofModel = new double[trajectory.Width], ofPersistence = new double[trajectory.Width];
        int count = 0;
        foreach (double fraction in FittedFractions)
        {
            int fitted = (int)Math.Round(fraction * trajectory.Length);
            if (fitted < minimumLength || fitted == trajectory.Length || fit(trajectory.First(fitted)) is not { } model)
                continue;
            AddErrors(trajectory, fitted, model, ofModel, ofPersistence);
            count += trajectory.Length - fitted;
        }
        if (count == 0)
            return new(null, null);

        // What is left of 0 / 0 where nothing moves: as good as persistence, for the whole; perfect, for a coordinate.
        double rounding = Rounding * count * trajectory.Width;
        double skill = 1 - (ofModel.Sum() + rounding) / (ofPersistence.Sum() + rounding);
        return new(skill, width > MostCoordinates ? null : [.. ofModel.Zip(ofPersistence, (model, persistence) =>
            CoordinateSkill(model, persistence, CoordinateRounding * count))]);
    }

    private static double CoordinateSkill(double ofModel, double ofPersistence, double rounding) => ofModel <= rounding && ofPersistence <= rounding
        ? 1
        : Math.Max(LeastCoordinateSkill, 1 - ofModel / Math.Max(ofPersistence, rounding));

    private static void AddErrors(Trajectory trajectory, int fitted, ITrajectoryModel model, double[] ofModel, double[] ofPersistence)
    {
        double[] times = [.. Enumerable.Range(fitted, trajectory.Length - fitted)];
        model.Evaluate(times, (block, predictions) =>
        {
            var scaled = new ScaledTrajectory(trajectory, block, boundFactor: 1);
            for (int j = 0; j < block.Count; j++)
            {
                double[] samples = scaled.Columns[j];
                for (int t = fitted; t < trajectory.Length; t++)
                {
                    double error = Math.Min(Math.Abs(scaled.Scale(j, predictions[t - fitted][j]) - samples[t]), LargestError);
                    double change = samples[fitted - 1] - samples[t];
                    ofModel[block.First + j] += error * error;
                    ofPersistence[block.First + j] += change * change;
                }
            }
        });
    }

    /// <summary>One coordinate out of each of as many equal stretches, at a place that follows no period of the coordinates.</summary>
    private static int[] Spread(int width)
    {
        const double goldenRatio = 0.6180339887498949;
        return [.. Enumerable.Range(0, MostCoordinates).Select(i => (int)((i + i * goldenRatio % 1) * width / MostCoordinates))];
    }
}
