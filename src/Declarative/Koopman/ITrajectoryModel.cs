namespace Declarative.Koopman;

/// <summary>What was fitted to a trajectory, ready to say what the coordinates are at other times.</summary>
internal interface ITrajectoryModel
{
    /// <summary>Gives the coordinates at some times, in their own units and finite, one block after the other.</summary>
    /// <param name="times">In samples from the first one; infinity for the limit.</param>
    /// <param name="receive">Is given each block and its values [times][coordinates of the block], in order. The arrays are used again, and may be
    /// longer than the block.</param>
    void Evaluate(double[] times, Action<CoordinateBlock, double[][]> receive);
}

/// <summary>What is the same for all models.</summary>
internal static class TrajectoryModels
{
    /// <summary>All coordinates [q] at one time.</summary>
    public static double[] At(this ITrajectoryModel model, double time, int width)
    {
        var values = new double[width];
        model.Evaluate([time], (block, ofBlock) => ofBlock[0].AsSpan(0, block.Count).CopyTo(values.AsSpan(block.First)));
        return values;
    }

    /// <summary>Room for the values of any block at some times.</summary>
    public static double[][] BlockValues(int times, int width)
    {
        var values = new double[times][];
        for (int i = 0; i < times; i++)
            values[i] = new double[Math.Min(width, CoordinateBlock.Widest)];
        return values;
    }
}
