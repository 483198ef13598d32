namespace Declarative.Benchmarks;

/// <summary>Times of actions that take turns, so that what else the machine does meets all of them alike.</summary>
/// <remarks>Processor time, the default, leaves out waiting for a processor, but not what others do to caches and clock rates: therefore ratios
/// are taken within a round, and their median is told. Nothing makes a round too fast, so the fastest ones say the rest.</remarks>
internal sealed class InterleavedTimes
{
    private const int WarmUps = 3;

    private readonly double[][] seconds;

    public InterleavedTimes(int rounds, params Action[] actions)
        : this(() => Environment.CpuUsage.TotalTime, WarmUps, rounds, actions)
    {
    }

    /// <summary>Takes times by a clock of one's own.</summary>
    /// <param name="clock">Tells the time when all that was begun is done.</param>
    /// <param name="warmUps">Rounds that do not count.</param>
    /// <param name="rounds">Rounds that do.</param>
    /// <param name="actions">The actions.</param>
    public InterleavedTimes(Func<TimeSpan> clock, int warmUps, int rounds, params Action[] actions)
    {
        seconds = [.. actions.Select(_ => new double[rounds])];
        for (int round = -warmUps; round < rounds; round++)
            for (int i = 0; i < actions.Length; i++)
            {
                TimeSpan start = clock();
                actions[i]();
                if (round >= 0)
                    seconds[i][round] = (clock() - start).TotalSeconds;
            }
    }

    /// <summary>The median of the ratios of two actions, each within a round.</summary>
    public double Ratio(int numerator, int denominator) =>
        Median([.. seconds[numerator].Zip(seconds[denominator], (a, b) => a / b)]);

    /// <summary>The ratio of the medians of the faster halves of two actions' rounds: nothing that some rounds alone suffer from is in it.</summary>
    public double FasterHalvesRatio(int numerator, int denominator) => FasterHalf(numerator) / FasterHalf(denominator);

    /// <summary>The ratio of the fastest rounds of two actions.</summary>
    public double FastestRatio(int numerator, int denominator) => Fastest(numerator) / Fastest(denominator);

    /// <summary>The seconds of an action's fastest round.</summary>
    public double Fastest(int action) => seconds[action].Min();

    /// <summary>The median of an action's seconds.</summary>
    public double Typical(int action) => Median(seconds[action]);

    private double FasterHalf(int action) => Median([.. seconds[action].Order().Take((seconds[action].Length + 1) / 2)]);

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
