using Declarative.Tests.Samples;

namespace Declarative.Tests.Samples.Study;

/// <summary>The study as a user runs it.</summary>
public sealed class StudyProgramTests : IDisposable
{
    private readonly SampleRun sample = new("Study");

    [Fact]
    public void Does_cells_in_processes_of_their_own_and_writes_tables_and_pictures_and_then_has_nothing_left_to_do()
    {
        const string Only = "--jobs 1 --only estimates/quadratic*100/mini/*0.1*from?0/1 --out results";
        SampleResult first = sample.Run(Only);
        first.MustSucceed();
        Assert.Contains("[1/1", first.Output);
        foreach (string name in new[] { "cells.jsonl", "estimates.csv", "estimates-summary.csv", "estimates.md", "estimates.png" })
            Assert.True(new FileInfo(sample.File("results", name)).Length > 0, name);
        Assert.Single(File.ReadAllLines(sample.File("results", "cells.jsonl")));
        Assert.Contains("done", sample.Run($"{Only} --list").Output);
    }

    [Theory]
    [InlineData("--jobs 0", "--jobs")]
    [InlineData("--seeds none", "--seeds")]
    [InlineData("--out occupied", "occupied")]
    public void What_cannot_be_done_is_one_clear_line(string arguments, string culprit)
    {
        File.WriteAllText(sample.File("occupied"), "a file where a folder is wanted");
        sample.Run(arguments).MustBeRefused(culprit);
    }

    public void Dispose() => sample.Dispose();
}
