namespace Declarative.Koopman;

/// <summary>A model whose value at any time is one linear combination of the samples for all coordinates alike: however many there are, only
/// weights [m] are found, in the space of the trajectory.</summary>
/// <param name="trajectory">Finite samples.</param>
/// <param name="weights">The finite weights [m] of the samples at a time.</param>
/// <param name="boundFactor">Values are held within this many times the largest |sample| of their coordinate; infinity for no bound but that
/// of the numbers.</param>
internal sealed class SampleCombination(Trajectory trajectory, Func<double, double[]> weights, double boundFactor) : ITrajectoryModel
{
    /// <inheritdoc/>
    public void Evaluate(double[] times, Action<CoordinateBlock, double[][]> receive)
    {
        double[][] ofTimes = Array.ConvertAll(times, time => weights(time)), values = TrajectoryModels.BlockValues(times.Length, trajectory.Width);
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
        {
            var scaled = new ScaledTrajectory(trajectory, block, boundFactor);
            for (int j = 0; j < block.Count; j++)
                for (int i = 0; i < times.Length; i++)
                    values[i][j] = scaled.Unscale(j, scaled.Bound(j, Vectors.Dot(ofTimes[i], scaled.Columns[j])));
            receive(block, values);
        }
    }
}
