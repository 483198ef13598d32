using System.Diagnostics;
using System.Numerics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Declarative.Koopman;
using Declarative.Reporting;

namespace Declarative.Tests.Reporting;

public sealed class HtmlReportTests : IDisposable
{
    private const string Hostile = "</script><script>alert(1)</script>\"'&<img src=x onerror=alert(2)>";

    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    private string Page => folder["new/report.html"];

    [Fact]
    public void A_page_tells_outcome_values_decisions_modes_settings_and_environment()
    {
        HtmlReport report = new(Page, "A run");
        report.OnStarted(Reports.Plan(100, 10, "learningRate", "momentum") with
        {
            Values = [1e-3, 0.5],
            Device = "cpu",
            Notes = ["a note"],
            Options = new GlocalOptions { Window = 10, Estimator = new AffineHankelEstimator(), Seed = 77 },
        });
        for (int window = 0; window < 10; window++)
            report.OnWindow(Window(window, 10 * (window + 1)));
        report.OnRollback(new RollbackReport(3, 37, "the loss is NaN", .25));
        report.OnCheckpoint(new CheckpointReport(80, "run.ckpt", 1234));
        report.OnCompleted(Reports.Result(100, 0.5));

        string[] text = Text();
        Assert.Contains("Completed: all 100 steps.", text);
        Assert.Equal(["learningRate", "0.001", "0.01", "0.333", "-0.25", "10 of 10"], Row("learningRate"));
        Assert.Equal(["momentum", "0.5", "0.9", "0.333", "0.125", "8 of 10"], Row("momentum"));
        // Which number moved what, how often, why: with numbers in reasons taken together.
        Assert.Contains("back-test skill #", text);
        Assert.Equal(["learningRate", "Estimate", "10 (100 %)", "0.50"], After("reason", 4));
        Assert.Contains("TailMean: back-test skill -1.09", text);
        Assert.Contains("step 37: the loss is NaN; window 3 is taken again with 0.25 of the last move", text);
        // Half-lives: ln ½ / ln λ samples of 5 steps.
        Assert.Equal(["0.5000", "5.0", "-", "0.1", "learningRate", "0.0000 ± 0.7071i", "10.0", "20.0", "0.2", "learningRate"], After("of", 10));
        Assert.Equal(["77"], After("Seed", 1));
        Assert.Equal(["cpu"], After("Device", 1));
        Assert.Contains("a note", text);
        Assert.Contains(text, line => line.Contains("run.ckpt", StringComparison.Ordinal));
        Assert.Equal(3, Regex.Count(File.ReadAllText(Page), "src=\"data:image/png;base64,iVBOR"));

        string[] Row(string name) => [name, .. After(name, 5)];
        string[] After(string cell, int count) => [.. text.SkipWhile(line => line != cell).Skip(1).Take(count)];
    }

    [Fact]
    public void Nothing_is_loaded_and_no_name_or_message_becomes_markup()
    {
        HtmlReport report = new(Page, Hostile);
        report.OnStarted(Reports.Plan(100, 10, Hostile, "b") with { Mode = Hostile, Notes = [Hostile], Device = Hostile });
        report.OnWindow(Reports.Window(0, 10, 0.5, 1, 2) with
        {
            Decisions = [new(HypergradientSource.TailMean, 1, Hostile), new(HypergradientSource.None, 0, Hostile)],
            Koopman = Reports.Koopman(1, new Complex(0.5, 0)),
        });
        report.OnRollback(new RollbackReport(0, 3, Hostile, .5));
        report.OnCheckpoint(new CheckpointReport(10, Hostile, 1));
        report.OnFailed(new InvalidOperationException(Hostile));

        string page = File.ReadAllText(Page);
        Assert.DoesNotContain("<script>", page);
        Assert.DoesNotContain("<img src=x", page);
        Assert.Single(Regex.Matches(page, "<script"));
        Assert.Single(Regex.Matches(page, "</script"));
        Assert.DoesNotMatch("(src|href|url)\\s*[=(]\\s*[\"']?(https?:|//|file:)", page);
        Assert.DoesNotContain("@import", page);
        // Well-formed, and the hostile texts are texts.
        string[] text = Text();
        Assert.True(text.Count(line => line.Contains(Hostile, StringComparison.Ordinal)) >= 10, "the texts are shown");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_is_ended_leaves_a_page_that_says_so(bool cancelled)
    {
        HtmlReport report = new(Page, "A run");
        report.OnStarted(Reports.Plan(100, 10, "learningRate"));
        Assert.Contains(Text(), line => line.StartsWith("Not finished", StringComparison.Ordinal));
        report.OnWindow(Reports.Window(0, 10, 0.5, 1));
        report.OnFailed(cancelled ? new OperationCanceledException() : new TrainingDivergedException("the loss is NaN", 11));
        Assert.Contains(cancelled ? "Cancelled after step 10 of 100."
            : "Stopped by an error after step 10 of 100: TrainingDivergedException: the loss is NaN", Text());
        Assert.Single(Directory.GetFiles(folder["new"]));
    }

    [Fact]
    public void It_is_written_now_and_then()
    {
        HtmlReport report = new(Page, "A run", time);
        report.OnStarted(Reports.Plan(100, 1, "learningRate"));
        DateTime old = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Page, old);
        time.Advance(29);
        report.OnWindow(Reports.Window(0, 1, 0.5, 1));
        Assert.Equal(old, File.GetLastWriteTimeUtc(Page));
        time.Advance(2);
        report.OnWindow(Reports.Window(1, 2, 0.5, 1));
        Assert.NotEqual(old, File.GetLastWriteTimeUtc(Page));
    }

    [Fact]
    public void Numbers_of_any_size_are_drawn()
    {
        HtmlReport report = new(Page, "A run");
        report.OnStarted(Reports.Plan(100, 10, "a", "b", "c"));
        double[] sizes = [double.MaxValue, double.MinValue, double.Epsilon, -1e-310, 0, double.NaN, double.NegativeInfinity, 1e308];
        for (int window = 0; window < sizes.Length; window++)
            report.OnWindow(Reports.Window(window, 10 * (window + 1), sizes[window], sizes[window], -sizes[window], Math.Abs(sizes[window])) with
            {
                Local = [sizes[window], -sizes[window], Math.Abs(sizes[window])],
                Koopman = Reports.Koopman(1, new Complex(sizes[window], 0), new Complex(0.5, 0.5)),
            });
        report.OnCompleted(Reports.Result(100, 1));
        Assert.Equal(3, Regex.Count(File.ReadAllText(Page), "src=\"data:image/png;base64,iVBOR"));
        Assert.DoesNotContain(Text(), line => line.Contains("could not be drawn", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_moves_nothing_or_is_not_at_its_end_says_so()
    {
        HtmlReport report = new(Page, "A run");
        report.OnStarted(Reports.Plan(100, 10, "learningRate"));
        report.OnWindow(Reports.Window(0, 10, 0.5, 1));
        report.OnFailed(new OperationCanceledException());
        Assert.Contains("after step 10", Text());
        Assert.DoesNotContain("at the end", Text());
        Assert.Contains("Hyperparameters, none of which moved, and losses over the training steps.", Text());
    }

    [Fact]
    public void A_long_run_that_goes_on_knows_how_many_windows_were_left_out()
    {
        HtmlReport first = new(Page, "A run");
        first.OnStarted(Reports.Plan(10_000, 1, "learningRate", "momentum") with { Values = [1e-3, 0.5] });
        for (int window = 0; window < 5_000; window++)
            first.OnWindow(Window(window, window + 1));
        first.OnFailed(new OperationCanceledException());
        HtmlReport second = new(Page, "A run");
        second.OnStarted(Reports.Plan(5_000, 1, "learningRate", "momentum") with { FirstStep = 5_000 });
        for (int window = 5_000; window < 6_000; window++)
            second.OnWindow(Window(window, window + 1));
        second.OnFailed(new OperationCanceledException());
        Assert.Equal("4", Regex.Match(File.ReadAllText(Page), @"One window in (\d+) is drawn\.").Groups[1].Value);
        long[] steps = [.. ReportData.Read(Page, HyperparameterGroup.Shown(["learningRate", "momentum"]))!.Rows.Select(row => row.Step)];
        Assert.InRange(steps.Length, 1_490, 1_510);
        Assert.Equal(6_000, steps[^1]);
    }

    [Fact]
    public void A_run_that_goes_on_goes_on_with_the_report()
    {
        Run(first: 0, last: 8);
        Run(first: 5, last: 12);
        IReadOnlyList<HyperparameterGroup> groups = HyperparameterGroup.Shown(["learningRate", "momentum"]);
        ReportData data = ReportData.Read(Page, groups)!;
        Assert.Equal(Enumerable.Range(1, 12).Select(i => 10L * i), data.Rows.Select(row => row.Step));
        Assert.Equal(0, data.From);
        Assert.Equal(1e-3, data.Start[0].Median);
        Assert.Contains(Text(), line => line.StartsWith("This run went on after step 50. Losses", StringComparison.Ordinal));
        Assert.Null(ReportData.Read(Page, HyperparameterGroup.Shown(["learningRate", "other"])));

        File.WriteAllText(Page, File.ReadAllText(Page).Replace("\"rows\":[[", "\"rows\":[["[..^2]));
        Run(first: 5, last: 12);
        Assert.Contains("This run went on after step 50; what was before it is not told here.", Text());
        Assert.Equal(7, ReportData.Read(Page, groups)!.Rows.Count);

        void Run(int first, int last)
        {
            HtmlReport report = new(Page, "A run");
            report.OnStarted(Reports.Plan(10 * (last - first), 10, "learningRate", "momentum") with { FirstStep = 10 * first, Values = [1e-3 * (1 + first), 0.5] });
            for (int window = first; window < last; window++)
                report.OnWindow(Window(window, 10 * (window + 1)));
            report.OnCompleted(Reports.Result(10 * last, 0.5));
        }
    }

    [Fact]
    public void A_hundred_thousand_windows_and_ten_thousand_hyperparameters_stay_small()
    {
        // Both at once would take this test a while: each by itself.
        HtmlReport report = new(Page, "long", time);
        report.OnStarted(Reports.Plan(100_000, 1, "learningRate", "momentum"));
        for (int window = 0; window < 100_000; window++)
            report.OnWindow(Window(window, window + 1));
        report.OnCompleted(Reports.Result(100_000, 0.5));
        Assert.InRange(new FileInfo(Page).Length, 10_000, 1_500_000);

        HtmlReport wide = new(folder["wide.html"], "wide", time);
        wide.OnStarted(Reports.Plan(100, 10, [.. Enumerable.Range(0, 5_000).Select(i => $"weights[{i}]"), .. Enumerable.Range(0, 5_000).Select(i => $"setting{i}")]));
        for (int window = 0; window < 10; window++)
            wide.OnWindow(Reports.Window(window, 10 * (window + 1), 0.5, [.. Enumerable.Range(0, 10_000).Select(i => (double)(i + window))]));
        var clock = Stopwatch.StartNew();
        wide.OnCompleted(Reports.Result(100, 0.5));
        Assert.InRange(new FileInfo(folder["wide.html"]).Length, 10_000, 1_500_000);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }

    private static WindowReport Window(int number, long step) => Reports.Window(number, step, 5.0 / (number + 1), 1e-3 * Math.Min(number + 1, 10), 0.9) with
    {
        Estimate = [-0.25, 0.125],
        Decisions =
        [
            new(HypergradientSource.Estimate, 0.5, ""),
            number % 5 == 0 ? new(HypergradientSource.None, 0, "zero")
                : new(HypergradientSource.TailMean, 1, FormattableString.Invariant($"back-test skill {-1 - number / 100.0:0.00}")),
        ],
        Koopman = Reports.Koopman(5, new Complex(0.5, 0), new Complex(0, Math.Sqrt(0.5))),
    };

    /// <summary>The page's texts, by a reader of XML, which takes no half-open element; void elements are closed first.</summary>
    private string[] Text()
    {
        string page = File.ReadAllText(Page);
        page = Regex.Replace(page["<!DOCTYPE html>".Length..], "<(meta|img)([^>]*)>", "<$1$2/>");
        return [.. XDocument.Parse(page).Root!.Element("body")!.DescendantNodes().OfType<XText>().Select(node => node.Value.Trim()).Where(value => value.Length > 0)];
    }
}
