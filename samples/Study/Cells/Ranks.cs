namespace Samples.Study.Cells;

/// <summary>What is done first, so that a study that is broken off has said the most: the methods with one seed, what they are compared with,
/// then the next seed; grids last.</summary>
internal static class Ranks
{
    private const int PerSeed = 10, Last = 1000;

    public static int Methods(int seed) => PerSeed * seed;

    public static int Estimates(int seed) => PerSeed * seed + 1;

    public static int Searches(int seed) => PerSeed * seed + 2;

    public static int Grids(int seed) => Last + PerSeed * seed;
}
