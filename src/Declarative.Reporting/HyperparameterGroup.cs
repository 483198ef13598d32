namespace Declarative.Reporting;

/// <summary>The smallest, middle and largest of some numbers; of one number, that number three times.</summary>
internal readonly record struct Spread(double Low, double Median, double High);

/// <summary>The coordinates that are shown together: a scalar by itself, or all entries of a vector.</summary>
internal sealed record HyperparameterGroup(string Name, int Start, int Count)
{
    private const int MostGroups = 40, MostEntries = 4;

    /// <summary>Whether the group stands for more than one coordinate.</summary>
    public bool IsWide => Count > 1;

    /// <summary>What to call the group where there is room: with the number of its coordinates.</summary>
    public string Label => IsWide ? $"{Name} ({NumberText.Count(Count)})" : Name;

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

    /// <summary>Groups as <see cref="Of"/> does, but tells the entries of short vectors apart, and puts together what comes after the
    /// first forty groups: reports stay small, whatever a run declares.</summary>
    public static IReadOnlyList<HyperparameterGroup> Shown(IReadOnlyList<string> names)
    {
        List<HyperparameterGroup> groups = [];
        foreach (HyperparameterGroup group in Of(names))
            if (group.Count <= MostEntries)
                groups.AddRange(Enumerable.Range(group.Start, group.Count).Select(entry => new HyperparameterGroup(names[entry], entry, 1)));
            else
                groups.Add(group);
        if (groups.Count <= MostGroups)
            return groups;
        int first = groups[MostGroups - 1].Start;
        return [.. groups.Take(MostGroups - 1), new HyperparameterGroup("others", first, names.Count - first)];
    }

    /// <summary>The smallest, middle and largest value of the group; NaN where none is finite.</summary>
    public Spread Spread(double[] values)
    {
        if (Count == 1)
            return new(values[Start], values[Start], values[Start]);
        double[] sorted = values.AsSpan(Start, Count).ToArray().Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? new(double.NaN, double.NaN, double.NaN) : new(sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }

    private static string BaseName(string name) => name.EndsWith(']') && name.IndexOf('[') is > 0 and int bracket ? name[..bracket] : name;
}
