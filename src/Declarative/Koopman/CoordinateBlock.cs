namespace Declarative.Koopman;

/// <summary>Some neighbouring coordinates of a trajectory: however wide one is, no more of it is ever at hand in double precision.</summary>
/// <param name="First">The first coordinate.</param>
/// <param name="Count">How many.</param>
internal readonly record struct CoordinateBlock(int First, int Count)
{
    /// <summary>The most coordinates in a block: 128 samples of them fit a processor core's second-level cache.</summary>
    public const int Widest = 128;

    /// <summary>The blocks of <paramref name="width"/> coordinates, in order.</summary>
    public static IEnumerable<CoordinateBlock> Of(int width)
    {
        for (int first = 0; first < width; first += Widest)
            yield return new(first, Math.Min(Widest, width - first));
    }
}
