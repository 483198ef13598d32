using Samples.Study.Tables;

namespace Samples.Study.Estimates;

/// <summary>How an estimator did on many coordinates of many trajectories.</summary>
/// <param name="Estimator">The estimator.</param>
/// <param name="Count">How many coordinates.</param>
/// <param name="MedianError">The median of their scaled errors.</param>
/// <param name="HighError">The 90th percentile of them.</param>
/// <param name="HighErrorRatio">That, over the last sample's.</param>
/// <param name="SignAgreement">The fraction of right signs, where there is one to speak of.</param>
/// <param name="Cosine">The mean cosine with the global hypergradient.</param>
/// <param name="WorseThanLast">The fraction of coordinates where the error is larger than the last sample's.</param>
internal sealed record EstimateSummary(string Estimator, int Count, double MedianError, double HighError, double HighErrorRatio, double SignAgreement,
    double Cosine, double WorseThanLast)
{
    /// <summary>One summary for each estimator, in the order of <see cref="Estimators.All"/>.</summary>
    public static IReadOnlyList<EstimateSummary> Of(IReadOnlyCollection<EstimateRow> rows)
    {
        ILookup<string, EstimateRow> byEstimator = rows.ToLookup(row => row.Estimator);
        Dictionary<object, double> last = byEstimator[Estimators.Reference].ToDictionary(Place, row => row.Error);
        double highOfLast = Statistics.Quantile(last.Values, High);
        return
        [
            .. Estimators.All.Select(item => item.Name).Where(byEstimator.Contains).Select(name =>
            {
                EstimateRow[] own = [.. byEstimator[name]];
                double high = Statistics.Quantile(own.Select(row => row.Error), High);
                return new EstimateSummary(name, own.Length, Statistics.Median(own.Select(row => row.Error)), high, high / highOfLast,
                    Statistics.Fraction(own.Where(row => row.IsSignRight is not null).Select(row => row.IsSignRight!.Value)),
                    Statistics.Mean(own.Select(row => row.Cosine)),
                    Statistics.Fraction(own.Select(row => row.Error > last[Place(row)])));
            }),
        ];
    }

    private const double High = 0.9;

    private static object Place(EstimateRow row) => (row.Family, row.Batch, row.Setting, row.Seed, row.Window, row.Horizon, row.Coordinate);
}
