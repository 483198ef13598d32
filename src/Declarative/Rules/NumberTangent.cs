using System.ComponentModel;

namespace Declarative.Rules;

/// <summary>The derivative [q] of a number with respect to all coordinates u; most entries are zero and not stored.</summary>
/// <remarks>It lives on the host, so that no step waits for a device, and what is structurally zero costs nothing.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NumberTangent
{
    private readonly int[] rows;
    private readonly double[] values;

    private NumberTangent(int[] rows, double[] values)
    {
        this.rows = rows;
        this.values = values;
    }

    /// <summary>The tangent of what depends on no coordinate.</summary>
    public static NumberTangent Zero { get; } = new([], []);

    /// <summary>The tangent with a single entry: of a hyperparameter, dφ/du in its own row.</summary>
    public static NumberTangent Seed(int row, double value) => new([row], [value]);

    /// <summary>The rows with entries, ascending.</summary>
    public ReadOnlySpan<int> Rows => rows;

    /// <summary>The entries of <see cref="Rows"/>.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>A multiple.</summary>
    public static NumberTangent operator *(double factor, NumberTangent tangent)
    {
        ArgumentNullException.ThrowIfNull(tangent);
        return factor == 1 || tangent.rows.Length == 0 ? tangent : new(tangent.rows, Array.ConvertAll(tangent.values, value => factor * value));
    }

    /// <summary>Each entry times the factor of its row.</summary>
    /// <param name="factors">[q].</param>
    internal NumberTangent ScaleRows(double[] factors) => new(rows, [.. rows.Select((row, i) => factors[row] * values[i])]);

    /// <summary>Writes it down.</summary>
    /// <param name="with">Where to, or where from.</param>
    /// <param name="name">What it is called there.</param>
    /// <param name="coordinates">q.</param>
    /// <returns>What was written.</returns>
    internal NumberTangent Exchange(StateExchange with, string name, long coordinates)
    {
        int count = (int)with.Count($"{name} count", rows.Length, coordinates);
        (long[] places, double[] entries) = (new long[count], new double[count]);
        for (int i = 0; i < Math.Min(count, rows.Length); i++)
            (places[i], entries[i]) = (rows[i], values[i]);
        with.Counts($"{name} rows", places);
        with.Numbers(name, entries);
        for (int i = 0; i < count; i++)
            if (places[i] < 0 || places[i] >= coordinates || (i > 0 && places[i] <= places[i - 1]))
                throw with.Unfit($"'{name} rows' are not ascending rows of {coordinates}");
        return count == 0 ? Zero : new(Array.ConvertAll(places, place => (int)place), entries);
    }

    /// <summary>A sum.</summary>
    public static NumberTangent operator +(NumberTangent left, NumberTangent right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.rows.Length == 0)
            return right;
        if (right.rows.Length == 0)
            return left;
        var rows = new List<int>(left.rows.Length + right.rows.Length);
        var values = new List<double>(rows.Capacity);
        for (int i = 0, j = 0; i < left.rows.Length || j < right.rows.Length;)
        {
            int row = Math.Min(i < left.rows.Length ? left.rows[i] : int.MaxValue, j < right.rows.Length ? right.rows[j] : int.MaxValue);
            double value = 0;
            if (i < left.rows.Length && left.rows[i] == row)
                value += left.values[i++];
            if (j < right.rows.Length && right.rows[j] == row)
                value += right.values[j++];
            rows.Add(row);
            values.Add(value);
        }
        return new([.. rows], [.. values]);
    }
}
