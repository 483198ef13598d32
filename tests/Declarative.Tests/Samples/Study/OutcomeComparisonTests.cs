using System.Globalization;
using Samples.Study.Cells;
using Samples.Study.Outcomes;

namespace Declarative.Tests.Samples.Study;

public sealed class OutcomeComparisonTests
{
    private const string Task = "mlp-slow", Other = "mlp-fast";

    [Fact]
    public void Ratios_are_of_the_same_task_and_seed_and_means_are_geometric()
    {
        OutcomeComparison comparison = Of(
            Cell(Task, "local, reset, 20", 0, 0.5, window: 20), Cell(Task, "local, reset, 20", 1, 0.4, window: 20),
            Cell(Task, "local, reset, 50", 0, 0.8, window: 50),
            Cell(Task, "glocal, discounted, 20", 0, 0.25, window: 20), Cell(Task, "glocal, discounted, 20", 1, 0.8, window: 20),
            Cell(Task, TuningMethods.Fixed, 0, 1.6), Cell(Other, TuningMethods.Fixed, 0, 3));

        Assert.Equal(1, comparison.RatioToReset(Task, "glocal, discounted, 20"), 12);
        Assert.Equal(double.NaN, comparison.RatioToReset(Task, TuningMethods.Fixed));
        // The best of both, for the seed that has both.
        Assert.Equal(.25 / .5, comparison.Ratio(Task, "glocal, discounted, 20", "local, reset, 20", "local, reset, 50"), 12);
        Assert.Equal(0, Assert.Single(comparison.Pairs(Task, "glocal, discounted, 20", "local, reset, 20", "local, reset, 50")).Own.Seed);
        Assert.Equal(1, comparison.Ratio(Task, "glocal, discounted, 20", "local, reset, 20"), 12);
        Assert.Equal(0.5 / 0.8, comparison.Ratio(Task, "local, reset, 20", "local, reset, 50"), 12);
        Assert.Equal(double.NaN, comparison.Ratio(Other, TuningMethods.Fixed, OutcomeCells.Grid));
    }

    [Fact]
    public void A_search_counts_with_its_best_that_did_not_diverge_and_the_cost_of_all()
    {
        CellResult[] cells =
        [
            Cell(Task, TuningMethods.Fixed, 0, 1, cpuSeconds: 2),
            Cell(Task, OutcomeCells.RandomSearch, 0, 0.9, cpuSeconds: 2.5, setting: "0"),
            Cell(Task, OutcomeCells.RandomSearch, 0, 0.7, cpuSeconds: 2, setting: "1"),
            Cell(Task, OutcomeCells.RandomSearch, 0, 0.1, cpuSeconds: 1, setting: "2", diverged: true),
            Cell(Task, OutcomeCells.RandomSearch, 0, double.NaN, cpuSeconds: 3, setting: "3"),
            new() { Cell = $"outcomes/{Task}/{OutcomeCells.RandomSearch}/4/0", Failure = "why" },
        ];
        Assert.Empty(Of(cells).Of(Task, OutcomeCells.RandomSearch));       // the sixth is not in yet

        OutcomeComparison comparison = Of([.. cells, Cell(Task, OutcomeCells.RandomSearch, 0, 0.8, cpuSeconds: 2.5, setting: "5")]);

        MethodOutcome search = Assert.Single(comparison.Of(Task, OutcomeCells.RandomSearch));
        Assert.Equal("1", search.Best.Key.Setting);
        // 11 seconds over the median of 2, 2.5, 2, 3 and 2.5.
        Assert.Equal(11 / 2.5, comparison.Cost(Task, OutcomeCells.RandomSearch), 12);
    }

    [Fact]
    public void Settings_are_drawn_from_their_ranges_and_alike_for_a_seed()
    {
        foreach (OutcomeTask task in OutcomeTasks.All)
        {
            Assert.Equal(36, SearchRange.Cross(task.Space).Count);
            Assert.Equal(task.Start.Keys.Order(), task.Space.Select(range => range.Name).Order());
            foreach (Dictionary<string, double> drawn in SearchRange.Draws(task.Space, 7).Take(20))
            {
                Assert.All(task.Space, range => Assert.InRange(range.IsDistanceFromOne ? 1 - drawn[range.Name] : drawn[range.Name],
                    range.Low * 0.999, range.High * 1.001));
            }
            Assert.Equal(SearchRange.Draws(task.Space, 7).ElementAt(3), SearchRange.Draws(task.Space, 7).Skip(3).First());
            Assert.Equal(20, SearchRange.Draws(task.Space, 7).Take(20).Select(drawn => drawn.Values.First()).Distinct().Count());
        }
    }

    [Fact]
    public void Every_cell_has_a_key_of_its_own_and_the_first_seed_comes_first()
    {
        Cell[] cells = [.. new OutcomeCells().Cells(3)];
        Assert.Equal(cells.Length, cells.Select(cell => cell.Key.ToString()).Distinct().Count());
        Assert.Equal(cells.Select(cell => cell.Key), cells.Select(cell => CellKey.Parse(cell.Key.ToString())));
        Assert.True(cells.Where(cell => cell.Key is { Seed: 0, Setting: CellKey.Single }).Max(cell => cell.Rank)
            < cells.Where(cell => cell.Key.Seed == 1).Min(cell => cell.Rank));
    }

    [Fact]
    public void The_default_is_the_librarys()
    {
        GlocalOptions options = TuningMethods.All.Single(method => method.Name == TuningMethods.Default).Options(OutcomeTasks.All[0]);
        Assert.Equal((10, TangentMemory.Automatic), (options.Window, options.Memory));
        Assert.IsType<Declarative.Koopman.LastSampleEstimator>(options.Estimator);
        Assert.Null(options.Outer);
        Assert.All(TuningMethods.Resets, name => Assert.Contains(name, MethodOutcome.Methods));
    }

    [Fact]
    public void Bars_are_reached_or_missed_by_the_numbers()
    {
        string[] tasks = [.. OutcomeTasks.All.Take(6).Select(task => task.Name)];
        string Reached(params double[] losses)
        {
            OutcomeComparison comparison = Of([.. tasks.Select(task => Cell(task, "local, reset, 10", 0, 1, window: 10)),
                .. tasks.Zip(losses, (task, loss) => Cell(task, TuningMethods.Default, 0, loss, window: 10))]);
            return OutcomeFigures.Of(comparison).ToMarkdown();
        }
        Assert.Contains("| yes |", Reached(.9, .9, .9, .9, .9, 1.02));
        Assert.Contains("**no**", Reached(.9, .9, .9, .9, .9, 1.03));
        Assert.Contains("**no**", Reached(.8, .8, .8, .8, 1.01, 1.01));
        Assert.Contains("**no**", Reached(.98, .98, .98, .98, .98, .98));
    }

    [Fact]
    public void A_run_that_broke_off_counts_as_guessing_or_worse()
    {
        OutcomeComparison comparison = Of(Cell(Task, TuningMethods.Fixed, 0, .5, diverged: true), Cell(Task, TuningMethods.Fixed, 1, 9e22, diverged: true));
        Assert.Equal([Math.Log(10), 1000 * Math.Log(10)], comparison.Of(Task, TuningMethods.Fixed).Select(item => item.ValidationLoss));
    }

    private static OutcomeComparison Of(params CellResult[] cells) => new(MethodOutcome.Of(cells));

    private static CellResult Cell(string task, string method, int seed, double loss, int? window = null, double cpuSeconds = 1,
        string setting = CellKey.Single, bool diverged = false)
    {
        CellResult cell = new()
        {
            Cell = string.Create(CultureInfo.InvariantCulture, $"outcomes/{task}/{method}/{setting}/{seed}"),
            CpuSeconds = cpuSeconds,
            Numbers = new() { [Outcome.ValidationLoss] = loss, [Outcome.TestLoss] = loss, [Outcome.Diverged] = diverged ? 1 : 0 },
        };
        if (window is { } steps)
            cell.Numbers["window"] = steps;
        return cell;
    }
}
