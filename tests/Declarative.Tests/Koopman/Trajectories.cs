using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>Makes trajectories from functions of time, and noise that is the same on every run.</summary>
internal static class Trajectories
{
    /// <summary>Samples at t = 0 ... <paramref name="length"/> - 1, one coordinate per function.</summary>
    public static Trajectory Of(int length, params Func<double, double>[] coordinates)
    {
        var values = new double[length * coordinates.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = coordinates[i % coordinates.Length](i / coordinates.Length);
        return new Trajectory(values, coordinates.Length);
    }

    /// <summary>A copy with every number changed, given its sample and coordinate.</summary>
    public static Trajectory Map(this Trajectory trajectory, Func<int, int, double, double> change)
    {
        var values = new double[trajectory.Length * trajectory.Width];
        for (int i = 0; i < values.Length; i++)
        {
            (int sample, int coordinate) = Math.DivRem(i, trajectory.Width);
            values[i] = change(sample, coordinate, trajectory[sample, coordinate]);
        }
        return new Trajectory(values, trajectory.Width);
    }

    /// <summary>White Gaussian noise, its standard deviation a fraction of each coordinate's root mean square.</summary>
    public static Trajectory WithNoise(this Trajectory trajectory, double fraction, Random random)
    {
        var deviations = new double[trajectory.Width];
        for (int j = 0; j < deviations.Length; j++)
            deviations[j] = fraction * Math.Sqrt(Enumerable.Range(0, trajectory.Length).Average(t => trajectory[t, j] * trajectory[t, j]));
        return trajectory.Map((_, j, value) => value + deviations[j] * random.NextGaussian());
    }

    /// <summary>A standard normal number (Box and Muller).</summary>
    public static double NextGaussian(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
