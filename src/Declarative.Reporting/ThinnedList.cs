namespace Declarative.Reporting;

/// <summary>Items that come one after the other. When there are many, every second, fourth, ... is kept, and always the last one: memory is bounded.</summary>
/// <param name="most">The most items to keep.</param>
internal sealed class ThinnedList<T>(int most)
{
    private readonly List<T> kept = [];
    private Func<T>? last;
    private long count;

    /// <summary>Of how many items one is kept.</summary>
    public int Every { get; private set; } = 1;

    /// <summary>The items kept, the last one among them.</summary>
    public IReadOnlyList<T> Items => last is null ? kept : [.. kept, last()];

    /// <summary>Adds an item.</summary>
    /// <param name="item">Makes it, where it is kept or asked for.</param>
    public void Add(Func<T> item)
    {
        last = item;
        if (count++ % Every != 0)
            return;
        kept.Add(item());
        last = null;
        if (kept.Count <= most)
            return;
        if (kept.Count % 2 == 0)
            last = item;
        List<T> half = [.. kept.Where((_, i) => i % 2 == 0)];
        kept.Clear();
        kept.AddRange(half);
        Every *= 2;
    }

    /// <summary>Puts the items of an earlier list before those to come, and goes on as it would have gone on.</summary>
    /// <param name="items">What it had kept.</param>
    /// <param name="every">Of how many it had kept one.</param>
    public void Restore(IEnumerable<T> items, int every)
    {
        kept.InsertRange(0, items);
        (Every, count) = (every, 1);
    }
}
