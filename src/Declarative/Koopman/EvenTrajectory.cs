using System.Globalization;

namespace Declarative.Koopman;

/// <summary>A trajectory on an even grid of times, made from samples some of which may be missing or repeated: estimators take samples for evenly
/// spaced.</summary>
/// <remarks>
/// Samples of one time are averaged, a sample with a NaN counts as missing, and grid points without a sample are interpolated linearly
/// between their neighbours in time. Nothing is added before the first sample or after the last one. An infinity is kept: it says that
/// something broke, and estimators end before it. Interpolation draws straight lines: much of it makes a trajectory look smoother, and
/// its rates slower, than it is, so look at <see cref="Filled"/>.
/// </remarks>
public sealed class EvenTrajectory
{
    /// <summary>A grid may have so many times more points than there are samples: beyond, most of it would be made up.</summary>
    private const int MostPointsPerSample = 10;

    /// <summary>Of an interval: nearer times are the same.</summary>
    private const double SameTime = 1e-6;

    private EvenTrajectory(Trajectory samples, double start, double interval, int filled, int repeated)
    {
        Samples = samples;
        Start = start;
        Interval = interval;
        Filled = filled;
        Repeated = repeated;
    }

    /// <summary>The samples on the grid. They share the memory of those that they are made of, and are mixed when they are read.</summary>
    public Trajectory Samples { get; }

    /// <summary>The time of the first sample.</summary>
    public double Start { get; }

    /// <summary>The time between two samples of the grid; 1 where there is one sample.</summary>
    public double Interval { get; }

    /// <summary>How many grid points had no sample of their own and were interpolated.</summary>
    public int Filled { get; }

    /// <summary>How many samples had the time of another one.</summary>
    public int Repeated { get; }

    /// <summary>A time in samples from the first one, as <see cref="IHypergradientEstimator.Estimate"/> wants its horizon.</summary>
    /// <param name="time">A time, or infinity for the limit.</param>
    public double Horizon(double time) => (time - Start) / Interval;

    /// <summary>Puts samples taken at given times on an even grid.</summary>
    /// <param name="samples">The samples, in any order.</param>
    /// <param name="times">The time of each sample, finite, in any unit: steps, as a rule.</param>
    /// <param name="interval">The time between two samples of the grid; by default the median time between neighbours, of two in the middle the shorter. The grid begins
    /// at the first sample, and ends with the last point that is not after the last sample.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">There is not one finite time for each sample, or no sample without a NaN, or the grid would have more
    /// than ten points for each sample.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> is not positive, or not finite.</exception>
    public static EvenTrajectory Of(Trajectory samples, double[] times, double? interval = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(times);
        if (times.Length != samples.Length || !times.All(double.IsFinite))
            throw new ArgumentException($"{samples.Length} samples need as many finite times, not {times.Count(double.IsFinite)}.", nameof(times));
        if (interval is { } given && !(given > 0 && double.IsFinite(given)))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "The interval is a positive time.");

        int[] present = [.. Enumerable.Range(0, samples.Length).Where(sample => !samples.IsMissing(sample)).OrderBy(sample => times[sample])];
        if (present.Length == 0)
            throw new ArgumentException("Every sample is missing: each holds a NaN.", nameof(samples));
        double step = interval ?? MedianStep([.. present.Select(sample => times[sample])]);
        List<Moment> moments = Moments(present, times, SameTime * step);
        double points = Math.Floor((moments[^1].Time - moments[0].Time) / step + SameTime) + 1;
        if (!(points <= (double)MostPointsPerSample * samples.Length))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"A grid of {points:G6} points, {step:G6} apart, would be made from {samples.Length} samples: give a longer interval."), nameof(times));
        }
        MixedStorage.Part[][] mixtures = Mixtures(moments, step, (int)points, out int filled);
        return new(samples.Mix(mixtures), moments[0].Time, step, filled, present.Length - moments.Count);
    }

    /// <summary>The (lower) median of the differences, without those between times that are the same; 1 where there is none.</summary>
    private static double MedianStep(double[] sorted)
    {
        double rounding = SameTime * (sorted[^1] - sorted[0]) / sorted.Length;
        double[] steps = [.. sorted.Skip(1).Zip(sorted, (later, time) => later - time).Where(step => step > rounding).Order()];
        return steps.Length == 0 ? 1 : steps[(steps.Length - 1) / 2];
    }

    private static List<Moment> Moments(int[] present, double[] times, double tolerance)
    {
        var moments = new List<Moment>();
        foreach (int sample in present)
        {
            if (moments.Count > 0 && times[sample] - moments[^1].Time <= tolerance)
                moments[^1].Samples.Add(sample);
            else
                moments.Add(new(times[sample], [sample]));
        }
        return moments;
    }

    private static MixedStorage.Part[][] Mixtures(List<Moment> moments, double step, int points, out int filled)
    {
        var mixtures = new MixedStorage.Part[points][];
        int before = 0;
        filled = 0;
        for (int point = 0; point < points; point++)
        {
            double time = moments[0].Time + point * step;
            while (before + 1 < moments.Count && moments[before + 1].Time <= time + SameTime * step)
                before++;
            bool hasSample = Math.Abs(moments[before].Time - time) <= SameTime * step;
            if (hasSample || before + 1 == moments.Count)
            {
                mixtures[point] = [.. moments[before].Parts(1)];
                continue;
            }
            filled++;
            double share = (time - moments[before].Time) / (moments[before + 1].Time - moments[before].Time);
            mixtures[point] = [.. moments[before].Parts(1 - share), .. moments[before + 1].Parts(share)];
        }
        return mixtures;
    }

    /// <summary>All samples of one time.</summary>
    private sealed record Moment(double Time, List<int> Samples)
    {
        /// <summary>Their mean, times a weight.</summary>
        public IEnumerable<MixedStorage.Part> Parts(double weight) =>
            Samples.Select(sample => new MixedStorage.Part(sample, weight / Samples.Count));
    }
}
