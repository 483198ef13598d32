using System.Globalization;

namespace Declarative;

/// <summary>A given factor for each step of training, on a hyperparameter that is learned: <see cref="Hyperparameter.Follow"/>.</summary>
public sealed class Schedule
{
    private readonly string name;
    private readonly Func<long, double> factor;

    private Schedule(string name, Func<long, double> factor)
    {
        this.name = name;
        this.factor = factor;
    }

    /// <summary>Half a cosine from 1 at the first step down to an end, where it stays (Loshchilov and Hutter 2017).</summary>
    /// <param name="steps">The steps on the way, at least 1.</param>
    /// <param name="end">The factor at the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or the end is not finite.</exception>
    public static Schedule Cosine(long steps, double end = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        CheckFinite(end, nameof(end));
        return new(string.Create(CultureInfo.InvariantCulture, $"cosine over {steps} steps"),
            step => end + (1 - end) * .5 * (1 + Math.Cos(Math.PI * Math.Min(1, (double)step / steps))));
    }

    /// <summary>A straight line from 1/(steps + 1) at the first step up to 1, where it stays.</summary>
    /// <param name="steps">The steps on the way, at least 1.</param>
    public static Schedule Warmup(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new(string.Create(CultureInfo.InvariantCulture, $"warm-up over {steps} steps"), step => Math.Min(1, (step + 1.0) / (steps + 1)));
    }

    /// <summary>1 at first, multiplied by a factor after every so many steps.</summary>
    /// <param name="every">So many, at least 1.</param>
    /// <param name="factor">The factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or the factor is not finite.</exception>
    public static Schedule Stepwise(long every, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        CheckFinite(factor, nameof(factor));
        return new(string.Create(CultureInfo.InvariantCulture, $"times {factor} every {every} steps"), step => Math.Pow(factor, step / every));
    }

    /// <summary>Any factor.</summary>
    /// <param name="factor">The factor at a step, counted from 0: a pure function.</param>
    public static Schedule Of(Func<long, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return new("given factors", factor);
    }

    /// <summary>Both, one times the other: a warm-up and then a cosine.</summary>
    public Schedule Times(Schedule other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new($"{this}, {other}", step => FactorAt(step) * other.FactorAt(step));
    }

    /// <summary>The factor at a step, counted from 0.</summary>
    public double FactorAt(long step) => factor(step);

    /// <inheritdoc/>
    public override string ToString() => name;

    private static void CheckFinite(double value, string name)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(name, value, "The factors of a schedule are finite.");
    }
}
