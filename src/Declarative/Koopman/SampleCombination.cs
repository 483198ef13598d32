namespace Declarative.Koopman;

/// <summary>Estimates that are one linear combination of the samples for all coordinates alike: however many there are, only weights [m] are
/// found, in the space of the trajectory.</summary>
internal static class SampleCombination
{
    /// <summary>Σ wₜhₜ of every coordinate [q], held within <paramref name="boundFactor"/> times its largest |sample|.</summary>
    /// <param name="trajectory">Finite samples.</param>
    /// <param name="weights">Finite weights [m].</param>
    /// <param name="boundFactor">Infinity for no bound but that of the numbers.</param>
    public static double[] Of(Trajectory trajectory, double[] weights, double boundFactor)
    {
        var values = new double[trajectory.Width];
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
        {
            var scaled = new ScaledTrajectory(trajectory, block, boundFactor);
            for (int j = 0; j < block.Count; j++)
                values[block.First + j] = scaled.Unscale(j, scaled.Bound(j, Vectors.Dot(weights, scaled.Columns[j])));
        }
        return values;
    }
}
