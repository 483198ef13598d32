namespace Declarative.Koopman;

/// <summary>How well an affine Hankel model foretells the end of a trajectory from its beginning.</summary>
internal static class Backtest
{
    /// <summary>The parts of a trajectory to fit; the rest is to be foretold.</summary>
    private static readonly double[] FittedFractions = [0.6, 0.75];

    /// <summary>The most coordinates that are foretold. The skill is a mean over coordinates that weigh alike: as many as this of a wide
    /// trajectory, spread evenly, tell it as well.</summary>
    private const int MostCoordinates = 2_000;

    /// <summary>1 - (squared error) / (squared error of persistence) over the held-out samples, each coordinate in units of its root mean
    /// square; null where the trajectory is too short to hold anything out.</summary>
    /// <param name="trajectory">Finite samples.</param>
    public static double? Skill(Trajectory trajectory)
    {
        if (trajectory.Width > MostCoordinates)
            trajectory = trajectory.Select(Spread(trajectory.Width));
        var sums = new Errors();
        foreach (double fraction in FittedFractions)
        {
            int fitted = (int)Math.Round(fraction * trajectory.Length);
            if (fitted >= AffineHankelModel.MinimumLength)
                Foretell(trajectory, fitted, ref sums);
        }
        // What is left of 0 / 0 where nothing moves: no better than persistence.
        double rounding = 1e-24 * sums.Count;
        return sums.Count == 0 ? null : 1 - (sums.OfModel + rounding) / (sums.OfPersistence + rounding);
    }

    private static void Foretell(Trajectory trajectory, int fitted, ref Errors sums)
    {
        var model = new AffineHankelModel(trajectory.First(fitted));
        double[][][] functions = [.. Enumerable.Range(fitted, trajectory.Length - fitted).Select(t => model.FunctionsAt(t))];
        var predictions = new double[Math.Min(trajectory.Width, CoordinateBlock.Widest)];
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
        {
            var scaled = new ScaledTrajectory(trajectory, block, boundFactor: 1);
            Forecast forecast = model.Of(block);
            for (int t = fitted; t < trajectory.Length; t++)
            {
                forecast.Values(functions[t - fitted], predictions.AsSpan(0, block.Count));
                for (int j = 0; j < block.Count; j++)
                {
                    double[] samples = scaled.Columns[j];
                    sums.OfModel += Square(scaled.Scale(j, predictions[j]) - samples[t]);
                    sums.OfPersistence += Square(samples[fitted - 1] - samples[t]);
                }
                sums.Count += block.Count;
            }
        }
    }

    /// <summary>One coordinate out of each of as many equal stretches, at a place that follows no period of the coordinates.</summary>
    private static int[] Spread(int width)
    {
        const double goldenRatio = 0.6180339887498949;
        return [.. Enumerable.Range(0, MostCoordinates).Select(i => (int)((i + i * goldenRatio % 1) * width / MostCoordinates))];
    }

    private static double Square(double value) => value * value;

    private struct Errors
    {
        public double OfModel, OfPersistence;
        public long Count;
    }
}
