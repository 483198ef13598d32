using System.Globalization;
using System.Text;

namespace Samples;

/// <summary>A table for the console.</summary>
public static class TextTable
{
    /// <summary>Lines up the cells of rows; the first row holds the names of the columns.</summary>
    /// <param name="rows">As many cells in each.</param>
    /// <param name="numbers">The columns that end flush.</param>
    public static string Of(IReadOnlyList<string[]> rows, Range numbers)
    {
        int columns = rows[0].Length;
        (int firstNumber, int count) = numbers.GetOffsetAndLength(columns);
        int[] widths = [.. Enumerable.Range(0, columns).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder table = new();
        foreach (string[] row in rows)
        {
            for (int column = 0; column < columns; column++)
            {
                bool isNumber = column >= firstNumber && column < firstNumber + count;
                table.Append(isNumber ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column])).Append("   ");
            }
            while (table[^1] == ' ')
                table.Length--;
            table.Append('\n');
        }
        return table.ToString();
    }

    /// <summary>A loss.</summary>
    public static string Loss(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A fraction in per cent.</summary>
    public static string Percent(double fraction) => (100 * fraction).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    /// <summary>A duration in seconds.</summary>
    public static string Seconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>A setting, to three digits.</summary>
    public static string Setting(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 1e-3 or >= 99_999.5 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 999.5 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.ToString("G3", CultureInfo.InvariantCulture),
    };
}
