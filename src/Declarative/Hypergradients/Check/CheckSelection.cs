namespace Declarative;

/// <summary>Chooses the coordinates that a check holds against finite differences.</summary>
internal static class CheckSelection
{
    // Of a vector whose entries are all zero, as many tell what there is to tell.
    private const int EntriesOfZeroVector = 3;

    /// <summary>All scalars, then entries spread over the vectors: those that the steps visited, and one that they did not.</summary>
    /// <param name="hyperparameters">All of a problem.</param>
    /// <param name="coordinates">The learned ones.</param>
    /// <param name="hypergradient">h [q], as far as it is known: exactly zero for an entry that was not visited.</param>
    /// <param name="most">The most, but for one of each hyperparameter.</param>
    /// <returns>Rows, ascending.</returns>
    public static IReadOnlyCollection<int> Of(HyperparameterSet hyperparameters, LearnedCoordinates coordinates, double[] hypergradient, int most)
    {
        Hyperparameter[] learned = [.. hyperparameters.Where(item => coordinates.RowOf(item) is not null)];
        Hyperparameter[] vectors = [.. learned.Where(item => item.Count > 1).OrderBy(item => item.Count)];
        var rows = new SortedSet<int>(learned.Where(item => item.Count == 1).Select(item => coordinates.RowOf(item)!.Value));
        int left = most - rows.Count;
        for (int i = 0; i < vectors.Length; i++)
        {
            int share = Math.Clamp(left / (vectors.Length - i), 1, vectors[i].Count);
            int first = coordinates.RowOf(vectors[i])!.Value;
            int[] entries = [.. Enumerable.Range(first, vectors[i].Count)];
            int[] visited = [.. entries.Where(row => hypergradient[row] != 0)];
            int[] others = [.. entries.Where(row => hypergradient[row] == 0)];
            int ofOthers = visited.Length == 0 ? Math.Min(share, EntriesOfZeroVector) : share > 1 ? 1 : 0;
            int[] chosen = [.. Spread(others, ofOthers), .. Spread(visited, share - Math.Min(ofOthers, others.Length))];
            rows.UnionWith(chosen);
            left -= chosen.Length;
        }
        return rows;
    }

    private static IEnumerable<int> Spread(int[] rows, int count)
    {
        count = Math.Min(count, rows.Length);
        return Enumerable.Range(0, count).Select(i => rows[count == 1 ? rows.Length / 2 : (int)((long)i * (rows.Length - 1) / (count - 1))]);
    }
}
