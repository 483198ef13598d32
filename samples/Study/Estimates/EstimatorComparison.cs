using Declarative.Koopman;
using Samples.Study.Cells;

namespace Samples.Study.Estimates;

/// <summary>Gives the beginnings of trajectories to all estimators, and holds what they say against what came.</summary>
internal static class EstimatorComparison
{
    /// <summary>τ: the numbers of samples that estimators are given.</summary>
    public static readonly int[] Windows = [10, 20, 50, 100];

    private static readonly Dictionary<string, int> Places = Family.All.Select((family, place) => (family.Name, place)).ToDictionary();

    /// <summary>Below this fraction of its window's root mean square a global hypergradient has no sign to speak of.</summary>
    private const double NoSign = 0.05;

    /// <summary>All rows of some trajectories, in the order of their families and settings.</summary>
    /// <param name="trajectories">Results of <see cref="TrajectoryCells"/>.</param>
    /// <param name="jobs">How many trajectories to work on at a time.</param>
    public static IReadOnlyList<EstimateRow> Of(IEnumerable<CellResult> trajectories, int jobs) =>
    [
        .. trajectories.Where(result => result.Failure is null)
            .OrderBy(result => Places.GetValueOrDefault(result.Key.Task)).ThenBy(result => result.Cell, StringComparer.Ordinal)
            .AsParallel().AsOrdered().WithDegreeOfParallelism(jobs).SelectMany(RowsOf),
    ];

    private static List<EstimateRow> RowsOf(CellResult cell)
    {
        CellKey key = cell.Key;
        string[] names = cell.Columns[1..];
        Trajectory samples = new([.. cell.Series.Take(TrajectoryCells.KeptSamples).SelectMany(row => row[1..])], names.Length);
        List<EstimateRow> rows = [];
        foreach (int window in Windows)
        {
            Trajectory given = samples.First(window);
            double[] scale = RootMeanSquares(given);
            foreach (double[] row in cell.Series.Skip(TrajectoryCells.KeptSamples))
            {
                int horizon = (int)row[0];
                double[] truth = row[1..];
                foreach (var (name, estimator) in Estimators.All)
                {
                    // Sample 0 is taken after the first step.
                    double[] estimate = estimator.Estimate(given, horizon - 1).Value;
                    double cosine = Cosine(estimate, truth, scale);
                    for (int i = 0; i < names.Length; i++)
                        rows.Add(new(key.Task, key.Method, key.Setting, key.Seed, name, window, horizon, names[i],
                            Math.Abs(estimate[i] - truth[i]) / (Math.Abs(truth[i]) + scale[i]),
                            Math.Abs(truth[i]) > NoSign * scale[i] ? (truth[i] > 0 ? estimate[i] > 0 : estimate[i] < 0) : null,
                            cosine));
                }
            }
        }
        return rows;
    }

    private static double[] RootMeanSquares(Trajectory samples)
    {
        double[] squares = new double[samples.Width];
        for (int t = 0; t < samples.Length; t++)
            for (int i = 0; i < squares.Length; i++)
                squares[i] += samples[t, i] * samples[t, i] / samples.Length;
        return [.. squares.Select(square => square > 0 ? Math.Sqrt(square) : 1)];
    }

    private static double Cosine(double[] estimate, double[] truth, double[] scale)
    {
        double product = 0, ofEstimate = 0, ofTruth = 0;
        for (int i = 0; i < scale.Length; i++)
        {
            double a = estimate[i] / scale[i], b = truth[i] / scale[i];
            product += a * b;
            ofEstimate += a * a;
            ofTruth += b * b;
        }
        double cosine = product / Math.Sqrt(ofEstimate * ofTruth);
        return double.IsFinite(cosine) ? cosine : 0;
    }
}
