using System.Diagnostics;
using Declarative.Koopman;

namespace Declarative.Benchmarks;

/// <summary>The time of one estimate of the default estimator.</summary>
internal static class EstimatorTime
{
    public static void Run()
    {
        Console.WriteLine("Affine Hankel DMD, five delays and the back-test");
        Console.WriteLine("| samples m | coordinates q | ms |");
        Console.WriteLine("|---|---|---|");
        foreach ((int samples, int width) in new[] { (50, 3), (100, 3), (100, 10), (1000, 3), (100, 1000) })
        {
            var random = new Random(1);
            double[] values = new double[samples * width];
            for (int i = 0; i < values.Length; i++)
                values[i] = 1 + Math.Pow(.98, i / width) + .05 * (random.NextDouble() - .5);
            var trajectory = new Trajectory(values, width);
            var estimator = new AffineHankelEstimator();
            double best = double.PositiveInfinity;
            for (int round = 0; round < 12; round++)
            {
                var clock = Stopwatch.StartNew();
                estimator.Estimate(trajectory, 1000);
                best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
            }
            Console.WriteLine(FormattableString.Invariant($"| {samples} | {width} | {best:0.0} |"));
        }
    }
}
