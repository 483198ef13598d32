using System.Globalization;

namespace Declarative.Reporting;

/// <summary>Numbers for people to read, in the invariant culture.</summary>
internal static class NumberText
{
    /// <summary>Three digits: <c>0.0123</c>, <c>1e-4</c>, <c>NaN</c>; whole numbers of thousands as they are: <c>5000</c>.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        0 => "0",
        // Of what is rounded up to the next format, as the next one has it.
        < 1e-3 or >= 99_999.5 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 999.5 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.ToString("G3", CultureInfo.InvariantCulture),
    };

    /// <summary>A loss, to four decimals, or to three digits where that would show nothing, or too much.</summary>
    public static string Loss(double value) => Math.Abs(value) switch
    {
        0 => "0.0000",
        < 1e-3 or >= 1e5 => Short(value),
        _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    /// <summary>A count: <c>10,000</c>.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A time span: <c>2:05</c> or <c>1:02:05</c>.</summary>
    public static string Time(TimeSpan time) => time < TimeSpan.FromHours(1)
        ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}");

    /// <summary>A scalar's value, or the median and range of many.</summary>
    public static string Spread(Spread spread, bool isWide) => isWide
        ? $"{Short(spread.Median)} ({Short(spread.Low)} to {Short(spread.High)})"
        : Short(spread.Median);

    /// <summary>A steps-per-second rate.</summary>
    public static string Rate(double stepsPerSecond) => stepsPerSecond < 1
        ? Short(stepsPerSecond)
        : stepsPerSecond.ToString(stepsPerSecond < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>One line of a text that may have several.</summary>
    public static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
