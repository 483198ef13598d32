using System.Globalization;

namespace Declarative.Reporting;

/// <summary>An axis of a panel: logarithmic where every value is positive, or symmetric-logarithmic around 0 where asked for, with ticks at
/// round numbers.</summary>
/// <param name="IsLogarithmic">Whether positions are the logarithms to base 10 of the values.</param>
/// <param name="Low">The position of the axis's lower end.</param>
/// <param name="High">The position of the axis's upper end.</param>
/// <param name="Ticks">Where the labelled ticks stand.</param>
internal sealed record PictureScale(bool IsLogarithmic, double Low, double High, IReadOnlyList<(double Position, string Label)> Ticks)
{
    private const double Margin = 0.06, LeastDistance = 0.12;
    // Beyond it, differences and margins would overflow; nobody sees what lies there.
    private const double Largest = 1e300;
    private const int FewestTicks = 3, MostTicks = 6, MostSymmetricDecades = 5;
    private static readonly double SmallestDecades = Math.Log10(1.5);

    private static readonly double[][] RoundMantissas =
        [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5, 7], [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]];

    /// <summary>A scale that shows all finite ones of the values; anything between 0 and 1 if there are none.</summary>
    public static PictureScale Of(IEnumerable<double> values)
    {
        double[] finite = Finite(values);
        if (finite.Length == 0)
            return Linear(0, 1);
        double low = finite.Min(), high = finite.Max();
        return low > 0 ? Logarithmic(Math.Log10(low), Math.Log10(high)) : Padded(low, high);
    }

    /// <summary>A linear scale from exactly <paramref name="low"/> to exactly <paramref name="high"/>.</summary>
    public static PictureScale Linear(double low, double high) => new(false, low, high, LinearTicks(low, high));

    /// <summary>Below what size values of either sign stand on a symmetric-logarithmic axis as on a linear one; 0 on other axes.</summary>
    public double LinearSize { get; private init; }

    /// <summary>A scale for values of either sign and of any size: logarithmic far from 0, linear around it, and 0 always on it.</summary>
    public static PictureScale Symmetric(IEnumerable<double> values)
    {
        double[] finite = Finite(values);
        double[] sizes = finite.Where(value => value != 0).Select(Math.Abs).Order().ToArray();
        if (sizes.Length == 0)
            return Linear(-1, 1);
        // A few sizes near 0, where a curve changes its sign, are not to take most of the axis.
        PictureScale scale = Linear(-1, 1) with { LinearSize = Math.Max(sizes[sizes.Length / 10], sizes[^1] * Math.Pow(10, -MostSymmetricDecades)) };
        double low = scale.Position(Math.Min(0, finite.Min())), high = scale.Position(Math.Max(0, finite.Max())), pad = Margin * (high - low);
        (low, high) = (low - pad, high + pad);
        return scale with { Low = low, High = high, Ticks = scale.SymmetricTicks(low, high) };
    }

    /// <summary>Where a value stands on the axis; NaN for what has no place.</summary>
    public double Position(double value) => !double.IsFinite(value) ? double.NaN
        : LinearSize > 0 ? Math.Asinh(Clamped(value) / (2 * LinearSize)) / Math.Log(10)
        : IsLogarithmic ? Math.Log10(value) : Clamped(value);

    private static double[] Finite(IEnumerable<double> values) => [.. values.Where(double.IsFinite).Select(Clamped)];

    private static double Clamped(double value) => Math.Clamp(value, -Largest, Largest);

    private (double, string)[] SymmetricTicks(double low, double high)
    {
        // Labels beside that of 0 must leave it room, and an axis that is mostly on one side has room for more there.
        double least = LeastDistance * (high - low);
        int most = Math.Min(-low, high) > 0.25 * (high - low) ? MostTicks / 2 : MostTicks - 1;
        int last = (int)Math.Floor(Math.Log10(Value(Math.Max(-low, high)))), first = (int)Math.Ceiling(Math.Log10(LinearSize));
        int every = Math.Max(1, (last - first + most) / most);
        List<double> sizes = [];
        for (int decade = last; decade >= first && Position(Math.Pow(10, decade)) >= least; decade -= every)
            sizes.Add(Math.Pow(10, decade));
        IEnumerable<double> values = sizes.Count < 2
            ? LinearTicks(Value(low), Value(high)).Select(tick => tick.Position)
            : sizes.SelectMany(size => (double[])[-size, size]).Append(0);
        List<(double Position, string Label)> ticks = [];
        foreach (double value in values.OrderBy(Math.Abs))
            if (Position(value) is var place && place >= low && place <= high && ticks.All(tick => Math.Abs(tick.Position - place) >= least))
                ticks.Add((place, Label(value)));
        return [.. ticks.OrderBy(tick => tick.Position)];
    }

    private double Value(double position) => 2 * LinearSize * Math.Sinh(position * Math.Log(10));

    /// <summary>A linear scale with some room on both sides of what it shows.</summary>
    public static PictureScale Padded(double low, double high)
    {
        double pad = high > low ? Margin * (high - low) : Math.Max(Math.Abs(high) / 2, 0.5);
        return Linear(low - pad, high + pad);
    }

    private static PictureScale Logarithmic(double low, double high)
    {
        double missing = Math.Max(0, SmallestDecades - (high - low)) / 2;
        double pad = missing + Margin * (high - low);
        (low, high) = (low - pad, high + pad);
        foreach (double[] mantissas in RoundMantissas)
        {
            (double, string)[] ticks = LogarithmicTicks(low, high, mantissas);
            if (ticks.Length >= FewestTicks)
                return new PictureScale(true, low, high, Thinned(ticks));
        }
        return new PictureScale(true, low, high,
            LinearTicks(Math.Pow(10, low), Math.Pow(10, high)).Select(tick => (Math.Log10(tick.Position), tick.Label)).ToArray());
    }

    private static (double, string)[] LogarithmicTicks(double low, double high, double[] mantissas) =>
        (from decade in Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
         from mantissa in mantissas
         let position = decade + Math.Log10(mantissa)
         where position >= low && position <= high
         select (position, Label(mantissa * Math.Pow(10, decade)))).ToArray();

    private static (double, string)[] Thinned((double, string)[] ticks)
    {
        int every = (ticks.Length + MostTicks - 1) / MostTicks;
        return ticks.Where((_, i) => i % every == 0).ToArray();
    }

    private static (double Position, string Label)[] LinearTicks(double low, double high)
    {
        double rough = (high - low) / (MostTicks - 1), decade = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = decade * (rough / decade) switch { <= 1 => 1, <= 2 => 2, <= 2.5 => 2.5, <= 5 => 5, _ => 10 };
        long first = (long)Math.Ceiling(low / step - 1e-9), last = (long)Math.Floor(high / step + 1e-9);
        return Enumerable.Range(0, (int)(last - first + 1)).Select(i => ((first + i) * step, Label((first + i) * step))).ToArray();
    }

    private static string Label(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e-3 and < 1e7 => value.ToString("#,0.######", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###e0", CultureInfo.InvariantCulture),
    };
}
