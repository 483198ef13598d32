using Samples.Study.Cells;
using Samples.Study.Estimates;
using Samples.Study.Tables;

namespace Declarative.Tests.Samples.Study;

public sealed class EstimateSummaryTests
{
    private const string Other = "tail mean";

    [Fact]
    public void A_summary_has_the_medians_percentiles_and_fractions_of_its_rows()
    {
        double[] last = [0.1, 0.2, 0.3, 0.4, 0.5], other = [0.5, 0.1, 0.3, 0.2, 1.1];
        bool?[] signs = [true, null, false, true, true];
        EstimateRow[] rows =
        [
            .. last.Select((error, i) => Row(Estimators.Reference, i, error, true, 0.5)),
            .. other.Select((error, i) => Row(Other, i, error, signs[i], i)),
        ];

        IReadOnlyList<EstimateSummary> summaries = EstimateSummary.Of(rows);

        Assert.Equal([Estimators.Reference, Other], summaries.Select(item => item.Estimator));
        EstimateSummary of = summaries[1];
        Assert.Equal(5, of.Count);
        Assert.Equal(0.3, of.MedianError, 12);
        Assert.Equal(0.6 * 1.1 + 0.4 * 0.5, of.HighError, 12);             // place 3.6 of 0 ... 4
        Assert.Equal((0.6 * 1.1 + 0.4 * 0.5) / (0.6 * 0.5 + 0.4 * 0.4), of.HighErrorRatio, 12);
        Assert.Equal(3 / 4.0, of.SignAgreement, 12);
        Assert.Equal(2, of.Cosine, 12);
        Assert.Equal(2 / 5.0, of.WorseThanLast, 12);
        Assert.Equal(0, summaries[0].WorseThanLast);
        Assert.Equal(1, summaries[0].HighErrorRatio, 12);
    }

    [Fact]
    public void Each_estimator_is_held_against_the_sample_at_the_horizon()
    {
        // A geometric decay to 2, and a coordinate that changes its sign after the window.
        double[] At(int step) => [step, 2 + Math.Pow(0.9, step), 1 - step / 120.0];
        int[] kept = [.. Enumerable.Range(1, TrajectoryCells.KeptSamples), 150, 300];
        CellResult cell = new() { Cell = "estimates/family/full/setting/0", Columns = ["step", "a", "b"], Series = [.. kept.Select(At)] };

        IReadOnlyList<EstimateRow> rows = EstimatorComparison.Of([cell], jobs: 1);

        Assert.Equal(Estimators.All.Count * EstimatorComparison.Windows.Length * 2 * 2, rows.Count);
        EstimateRow Find(string estimator, int window, int horizon, string coordinate) => rows.Single(row =>
            row.Estimator == estimator && row.Window == window && row.Horizon == horizon && row.Coordinate == coordinate);
        EstimateRow last = Find(Estimators.Reference, 20, 150, "b");
        double square = Enumerable.Range(1, 20).Average(step => Math.Pow(1 - step / 120.0, 2)), truth = 1 - 150 / 120.0;
        Assert.Equal((1 - 20 / 120.0 - truth) / (Math.Abs(truth) + Math.Sqrt(square)), last.Error, 12);
        Assert.False(last.IsSignRight);
        Assert.True(Find(Estimators.Reference, 20, 150, "a").IsSignRight);
        Assert.InRange(Find("Aitken", 20, 300, "a").Error, 0, 1e-6);
        Assert.Equal(2 / (2 + Math.Sqrt(Enumerable.Range(1, 50).Average(step => Math.Pow(2 + Math.Pow(0.9, step), 2)))), Find("zero", 50, 300, "a").Error, 6);
    }

    [Theory]
    [InlineData(0.5, 2.5)]
    [InlineData(0.9, 3.7)]
    [InlineData(1, 4)]
    public void Quantiles_lie_between_values_in_proportion(double fraction, double expected) =>
        Assert.Equal(expected, Statistics.Quantile([4, 1, 3, 2], fraction), 12);

    [Fact]
    public void What_is_no_number_is_the_worst_and_nothing_has_no_median()
    {
        Assert.Equal(2, Statistics.Median([double.NaN, 1, 2]));
        Assert.Equal(double.PositiveInfinity, Statistics.Quantile([double.NaN, 1, 2], 1));
        Assert.Equal(double.NaN, Statistics.Median([]));
        Assert.Equal(2, Statistics.GeometricMean([1, 4]), 12);
    }

    private static EstimateRow Row(string estimator, int seed, double error, bool? sign, double cosine) =>
        new("family", "full", "setting", seed, estimator, 20, 150, "learningRate", error, sign, cosine);
}
