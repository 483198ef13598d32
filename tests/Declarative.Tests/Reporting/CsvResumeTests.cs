using Declarative.Reporting;

namespace Declarative.Tests.Reporting;

/// <summary>A CSV file of a run that was ended and goes on after a checkpoint.</summary>
public sealed class CsvResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_that_goes_on_leaves_the_file_of_one_that_was_not_interrupted()
    {
        string whole = folder["whole.csv"], resumed = folder["resumed.csv"];
        Run(new CsvLog(whole), "glocal", first: 0, last: 10);

        Run(new CsvLog(resumed), "glocal", first: 0, last: 7);
        File.AppendAllText(resumed, "glocal,160,0.5,0.7");                  // killed in the middle of a row
        Run(new CsvLog(resumed), "glocal", first: 4, last: 10);             // the last checkpoint was of step 80

        Assert.Equal(File.ReadAllText(whole), File.ReadAllText(resumed));
    }

    [Fact]
    public void Rows_of_other_methods_stay()
    {
        string path = folder["trajectory.csv"];
        CsvLog log = new(path);
        Run(log, "fixed", first: 0, last: 5);
        Run(log, "a,\"b\"\nc", first: 0, last: 5);
        Run(new CsvLog(path), "a,\"b\"\nc", first: 3, last: 4);

        string text = File.ReadAllText(path);
        Assert.Equal(5, text.Split("\nfixed,").Length - 1);
        Assert.Equal(4, text.Split("\n\"a,\"\"b\"\"\nc\",").Length - 1);
    }

    [Fact]
    public void Without_a_file_or_with_half_a_header_a_new_one_begins()
    {
        string path = folder["trajectory.csv"];
        File.WriteAllText(path, "method,st");
        Run(new CsvLog(path), "glocal", first: 3, last: 4);
        string[] lines = File.ReadAllLines(path);
        Assert.StartsWith("method,step,", lines[0]);
        Assert.StartsWith("glocal,80,", Assert.Single(lines[1..]));
    }

    // Killed in the middle of a row, before it came to a checkpoint.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_method_that_begins_again_drops_its_own_rows_only(bool afterResuming)
    {
        string path = folder["trajectory.csv"], whole = folder["whole.csv"];
        CsvLog all = new(whole), old = new(path);
        foreach (CsvLog log in (CsvLog[])[all, old])
            Run(log, "fixed", first: 0, last: 5);
        Run(old, "glocal", first: 0, last: 3);
        File.AppendAllText(path, "glocal,80,0.5,0.7");

        CsvLog again = new(path, append: !afterResuming);
        if (afterResuming)
        {
            Run(again, "fixed", first: 5, last: 6);
            Run(all, "fixed", first: 5, last: 6);
        }
        Run(again, "glocal", first: 0, last: 4);
        Run(all, "glocal", first: 0, last: 4);
        Assert.Equal(File.ReadAllText(whole), File.ReadAllText(path));
    }

    [Fact]
    public void A_new_run_replaces_the_file_when_it_starts()
    {
        string path = folder["trajectory.csv"];
        Run(new CsvLog(path), "old", first: 0, last: 3);
        CsvLog log = new(path);
        Assert.Contains("old,", File.ReadAllText(path));
        Run(log, "new", first: 0, last: 3);
        Assert.DoesNotContain("old,", File.ReadAllText(path));
    }

    private static void Run(CsvLog log, string method, int first, int last)
    {
        ITrainingObserver observer = log.Observe(method);
        observer.OnStarted(Reports.Plan(20 * last, 20, "learningRate") with { FirstStep = 20 * first });
        for (int window = first; window < last; window++)
            observer.OnWindow(Reports.Window(window, 20 * (window + 1), 1.0 / (window + 1), 0.1 * window));
    }
}
