namespace Declarative.Koopman;

/// <summary>How well a way of modelling foretells the end of a trajectory from its beginning.</summary>
internal static class Backtest
{
    /// <summary>The parts of a trajectory to fit; the rest is to be foretold.</summary>
    private static readonly double[] FittedFractions = [0.6, 0.75];

    /// <summary>1 - (squared error) / (squared error of persistence) over the held-out samples, each coordinate in units of its root mean
    /// square; null where the trajectory is too short to hold anything out.</summary>
    /// <param name="trajectory">Finite samples.</param>
    /// <param name="minimumLength">The fewest samples that can be fitted.</param>
    /// <param name="fit">Models a trajectory: gives the values [q] at a time in samples.</param>
    public static double? Skill(Trajectory trajectory, int minimumLength, Func<Trajectory, Func<double, double[]>> fit)
    {
        var scaled = new ScaledTrajectory(trajectory, boundFactor: 1);
        double errors = 0, errorsOfPersistence = 0;
        long count = 0;
        foreach (double fraction in FittedFractions)
        {
            int fitted = (int)Math.Round(fraction * trajectory.Length);
            if (fitted < minimumLength)
                continue;
            Func<double, double[]> predict = fit(trajectory.First(fitted));
            for (int t = fitted; t < trajectory.Length; t++)
            {
                double[] prediction = predict(t);
                for (int j = 0; j < prediction.Length; j++)
                {
                    double[] samples = scaled.Columns[j];
                    errors += Square(scaled.Scale(j, prediction[j]) - samples[t]);
                    errorsOfPersistence += Square(samples[fitted - 1] - samples[t]);
                }
                count += prediction.Length;
            }
        }
        // What is left of 0 / 0 where nothing moves: no better than persistence.
        double rounding = 1e-24 * count;
        return count == 0 ? null : 1 - (errors + rounding) / (errorsOfPersistence + rounding);
    }

    private static double Square(double value) => value * value;
}
