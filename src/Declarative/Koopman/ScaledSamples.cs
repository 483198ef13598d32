namespace Declarative.Koopman;

/// <summary>What a model is fitted to: the samples of coordinates of a size near 1.</summary>
internal class ScaledSamples
{
    /// <param name="columns">Columns [m], one per coordinate.</param>
    /// <param name="length">The number of samples m.</param>
    /// <param name="width">The number of coordinates that the columns stand for.</param>
    public ScaledSamples(double[][] columns, int length, int width)
    {
        Columns = columns;
        Length = length;
        Width = width;
    }

    /// <summary>A finite trajectory in its own scaled coordinates, rotated into fewer where it is wider than long.</summary>
    public static ScaledSamples Of(Trajectory trajectory) =>
        trajectory.Width > trajectory.Length ? RotatedTrajectory.Of(trajectory) : new ScaledTrajectory(trajectory, boundFactor: 1);

    /// <summary>The number of samples m.</summary>
    public int Length { get; }

    /// <summary>The number of coordinates q; more than there are columns, if those are not coordinates but have their products.</summary>
    public int Width { get; }

    /// <summary>The scaled samples as columns [m].</summary>
    public double[][] Columns { get; }
}
