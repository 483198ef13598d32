using Declarative.Reporting;

namespace Declarative.Tests.Reporting;

public sealed class RunTraceTests
{
    [Theory]
    [InlineData(100, 1)]
    [InlineData(2_000, 1)]
    [InlineData(2_001, 2)]
    [InlineData(100_000, 64)]
    public void Evenly_spaced_windows_are_kept_and_always_the_last(int windows, int every)
    {
        RunTrace trace = new("", HyperparameterGroup.Shown);
        trace.OnStarted(Reports.Plan(windows, 1, "learningRate"));
        for (int window = 0; window < windows; window++)
            trace.OnWindow(Reports.Window(window, window + 1, window, window));

        Assert.Equal(every, trace.Every);
        Assert.InRange(trace.Rows.Count, Math.Min(windows, 1000), 2001);
        Assert.Equal(windows, trace.Rows[^1].Step);
        Assert.Equal(windows - 1, trace.Rows[^1].Values[0].Median);
        long[] kept = [.. Enumerable.Range(0, windows).Where(window => window % every == 0).Select(window => window + 1L)];
        Assert.Equal(kept, trace.Rows.Take(kept.Length).Select(row => row.Step));
    }

    [Fact]
    public void Groups_of_a_report_tell_short_vectors_apart_and_end_with_the_others()
    {
        string[] names = ["rate[hidden]", "rate[output]", .. Enumerable.Range(0, 5).Select(i => $"weights[{i}]"), .. Enumerable.Range(0, 100).Select(i => $"setting{i}")];
        IReadOnlyList<HyperparameterGroup> groups = HyperparameterGroup.Shown(names);
        Assert.Equal([new("rate[hidden]", 0, 1), new("rate[output]", 1, 1), new("weights", 2, 5), new("setting0", 7, 1)], groups.Take(4));
        Assert.Equal(40, groups.Count);
        Assert.Equal(new HyperparameterGroup("others", 43, 64), groups[^1]);
        Assert.Equal(names.Length, groups.Sum(group => group.Count));
    }
}
