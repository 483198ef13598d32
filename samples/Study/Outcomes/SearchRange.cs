namespace Samples.Study.Outcomes;

/// <summary>Where searches look for a setting.</summary>
/// <param name="Name">The hyperparameter.</param>
/// <param name="Low">The lower end: of the value, or of what it lacks to 1.</param>
/// <param name="High">The upper end.</param>
/// <param name="Grid">The values of it in a grid.</param>
internal sealed record SearchRange(string Name, double Low, double High, params double[] Grid)
{
    /// <summary>Whether 1 less the value lies between the ends: of a momentum, whose distance from 1 is what matters.</summary>
    public bool IsDistanceFromOne { get; init; }

    /// <summary>A value drawn log-uniformly.</summary>
    public double Draw(Random random)
    {
        double drawn = Low * Math.Pow(High / Low, random.NextDouble());
        return IsDistanceFromOne ? 1 - drawn : drawn;
    }

    /// <summary>Settings drawn at random, one from each range, again and again.</summary>
    /// <remarks>All from one stream: streams whose seeds are near each other begin with numbers that are near each other.</remarks>
    public static IEnumerable<Dictionary<string, double>> Draws(IReadOnlyCollection<SearchRange> ranges, int seed)
    {
        Random random = new(seed);
        while (true)
            yield return ranges.ToDictionary(range => range.Name, range => range.Draw(random));
    }

    /// <summary>All combinations of the ranges' grid values.</summary>
    public static IReadOnlyList<Dictionary<string, double>> Cross(IEnumerable<SearchRange> ranges) =>
        ranges.Aggregate((IReadOnlyList<Dictionary<string, double>>)[[]], (points, range) =>
            [.. points.SelectMany(point => range.Grid.Select(value => new Dictionary<string, double>(point) { [range.Name] = value }))]);
}
