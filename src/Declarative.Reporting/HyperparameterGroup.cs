namespace Declarative.Reporting;

/// <summary>The coordinates that are shown together: a scalar by itself, or all entries of a vector.</summary>
internal sealed record HyperparameterGroup(string Name, int Start, int Count)
{
    /// <summary>Groups <c>weights[0], weights[1], ...</c> under <c>weights</c>, and leaves scalars as they are.</summary>
    public static IReadOnlyList<HyperparameterGroup> Of(IReadOnlyList<string> names)
    {
        List<HyperparameterGroup> groups = [];
        for (int start = 0; start < names.Count;)
        {
            string name = BaseName(names[start]);
            int end = start + 1;
            while (name != names[start] && end < names.Count && names[end] != name && BaseName(names[end]) == name)
                end++;
            groups.Add(new HyperparameterGroup(name, start, end - start));
            start = end;
        }
        return groups;
    }

    /// <summary>The smallest, middle and largest value of the group; NaN where none is finite.</summary>
    public (double Low, double Median, double High) Spread(double[] values)
    {
        if (Count == 1)
            return (values[Start], values[Start], values[Start]);
        double[] sorted = values.AsSpan(Start, Count).ToArray().Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? (double.NaN, double.NaN, double.NaN) : (sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }

    private static string BaseName(string name) => name.EndsWith(']') && name.IndexOf('[') is > 0 and int bracket ? name[..bracket] : name;
}
