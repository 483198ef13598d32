namespace Declarative.DeviceTests;

/// <summary>One thing that a check compared.</summary>
/// <param name="What">What it was.</param>
/// <param name="Deviation">How far off it was.</param>
/// <param name="Bar">How far off it may be.</param>
internal sealed record Comparison(string What, double Deviation, double Bar)
{
    /// <summary>Whether it is near enough; what is not a number is not.</summary>
    public bool IsPassed { get; init; } = Deviation <= Bar;
}

/// <summary>What a check finds.</summary>
internal sealed class Comparisons
{
    private readonly List<Comparison> all = [];
    private readonly List<string> problems = [];

    /// <summary>Everything compared so far.</summary>
    public IReadOnlyList<Comparison> All => all;

    /// <summary>What does not hold, in words.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Whether something was compared, and nothing was off.</summary>
    public bool IsPassed => all.Count + problems.Count > 0 && problems.Count == 0 && all.TrueForAll(comparison => comparison.IsPassed);

    /// <summary>The comparison that failed, or came nearest to it.</summary>
    public Comparison? Worst => all.OrderBy(comparison => comparison.IsPassed).ThenByDescending(comparison => Ratio(comparison)).FirstOrDefault();

    /// <summary>Compares vectors entry by entry, relative to the entry, or to a share of the largest one where the entry is smaller.</summary>
    /// <param name="what">What they are.</param>
    /// <param name="expected">The right values. Not all may be zero: such a comparison would prove nothing.</param>
    /// <param name="actual">The values found; NaN where it is expected.</param>
    /// <param name="bar">The largest relative deviation allowed.</param>
    public void Close(string what, double[] expected, double[] actual, Bar bar)
    {
        double largest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        double deviation = expected.Length != actual.Length || largest == 0 ? double.PositiveInfinity
            : expected.Zip(actual, (wanted, found) => Relative(wanted, found, Math.Max(Math.Abs(wanted), bar.Share * largest))).Max();
        all.Add(new(what, deviation, bar.Relative));
    }

    /// <summary>Compares hyperparameters in their coordinates u, each by itself: a learning rate is 1e-3 where a momentum is .9, and 1e-3 in u is a
    /// thousandth of the former, and a thousandth of what the latter falls short of 1.</summary>
    /// <param name="what">What they are.</param>
    /// <param name="expected">The right coordinates.</param>
    /// <param name="actual">Those found.</param>
    /// <param name="bar">The largest deviation allowed, in u.</param>
    public void CloseCoordinates(string what, double[] expected, double[] actual, double bar) =>
        all.Add(new(what, expected.Length != actual.Length || expected.Length == 0 ? double.PositiveInfinity
            : expected.Zip(actual, (wanted, found) => Relative(wanted, found, 1)).Max(), bar));

    /// <summary>Adds a comparison that was made elsewhere.</summary>
    public void Add(Comparison comparison) => all.Add(comparison);

    /// <summary>Something holds or does not.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="otherwise">What to say if not.</param>
    public void Holds(bool holds, string otherwise)
    {
        if (!holds)
            problems.Add(otherwise);
        else if (all.Count == 0)
            all.Add(new("holds", 0, 0));
    }

    private static double Relative(double wanted, double found, double scale) =>
        wanted.Equals(found) ? 0 : Math.Abs(wanted - found) / scale is var relative && double.IsNaN(relative) ? double.PositiveInfinity : relative;

    private static double Ratio(Comparison comparison) =>
        comparison.Bar > 0 ? comparison.Deviation / comparison.Bar : comparison.Deviation == 0 ? 0 : double.PositiveInfinity;
}
