using Declarative.Koopman;

namespace Declarative.Benchmarks;

/// <summary>The time of one estimate of <see cref="AffineHankelEstimator"/>.</summary>
internal static class EstimatorTime
{
    public static void Run(Report report)
    {
        report.Text("One estimate of affine Hankel DMD: five delays and the back-test; the fastest of 12, as processor time.");
        report.Table("samples m", "coordinates q", "ms");
        foreach ((int samples, int width) in new[] { (50, 3), (100, 3), (100, 10), (1000, 3), (100, 1000), (50, 10_000) })
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
                TimeSpan start = Environment.CpuUsage.TotalTime;
                estimator.Estimate(trajectory, 1000);
                best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
            }
            report.Row($"{samples}", $"{width}", best.ToNumber(1));
        }
    }

    /// <summary>The time and the memory of one estimate of a trajectory in single precision, one weight per training example.</summary>
    public static void RunWide(Report report)
    {
        report.Text("One estimate of affine Hankel DMD of a wide trajectory in single precision, five modes and 5 % noise; processor time, the first one with compilation.");
        report.Table("samples m", "coordinates q", "trajectory, MB", "s", "most managed memory besides, MB", "skill");
        foreach ((int samples, int width) in new[] { (50, 10_000), (50, 10_000), (100, 100_000), (100, 1_000_000) })
        {
            Trajectory trajectory = Wide(samples, width);
            long before = GC.GetTotalMemory(forceFullCollection: true);
            using var peak = new PeakMemory();
            TimeSpan start = Environment.CpuUsage.TotalTime;
            HypergradientEstimate estimate = new AffineHankelEstimator().Estimate(trajectory, 1000);
            double seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
            report.Row($"{samples}", $"{width}", (before / 1e6).ToNumber(0), seconds.ToNumber(2), ((peak.Bytes - before) / 1e6).ToNumber(0), (estimate.BacktestSkill ?? double.NaN).ToNumber(2));
        }
    }

    private static Trajectory Wide(int samples, int width)
    {
        double[] modes = [1, .99, .97, .9, .7];
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, samples).Select(_ => new float[width])];
        for (int j = 0; j < width; j++)
        {
            double[] amplitudes = Array.ConvertAll(modes, _ => random.NextDouble() - .5);
            double[] powers = [.. amplitudes];
            for (int t = 0; t < samples; t++)
            {
                rows[t][j] = (float)(powers.Sum() + .1 * (random.NextDouble() - .5));
                for (int k = 0; k < modes.Length; k++)
                    powers[k] *= modes[k];
            }
        }
        return new Trajectory(rows);
    }

    /// <summary>Watches the size of the managed heap, garbage that is not collected yet included.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly Timer timer;
        private long bytes;

        public PeakMemory() => timer = new Timer(_ => bytes = Math.Max(bytes, GC.GetTotalMemory(forceFullCollection: false)), null, 0, 5);

        public long Bytes => bytes;

        public void Dispose() => timer.Dispose();
    }
}
