namespace Samples.Study.Tables;

/// <summary>What tables are made of.</summary>
internal static class Statistics
{
    /// <summary>The quantile of a fraction, between two values in proportion; NaN of nothing. NaN counts as the largest.</summary>
    public static double Quantile(IEnumerable<double> values, double fraction)
    {
        double[] sorted = [.. values.Select(value => double.IsNaN(value) ? double.PositiveInfinity : value).Order()];
        if (sorted.Length == 0)
            return double.NaN;
        double place = fraction * (sorted.Length - 1);
        int below = (int)place;
        double weight = place - below;
        return weight == 0 ? sorted[below] : (1 - weight) * sorted[below] + weight * sorted[below + 1];
    }

    /// <summary>The value in the middle.</summary>
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>exp of the mean logarithm; NaN of nothing.</summary>
    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(Mean(values.Select(value => Math.Log(value))));

    /// <summary>The arithmetic mean; NaN of nothing.</summary>
    public static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    /// <summary>The part of values that are true; NaN of nothing.</summary>
    public static double Fraction(IEnumerable<bool> values) => Mean(values.Select(value => value ? 1.0 : 0));
}
