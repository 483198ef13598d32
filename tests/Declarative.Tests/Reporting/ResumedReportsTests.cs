using Declarative.Reporting;
using Declarative.Tests.Checkpoints;

namespace Declarative.Tests.Reporting;

/// <summary>Logs and reports of a true run that was ended, and of the one that went on from its checkpoint.</summary>
public sealed class ResumedReportsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_logs_tell_one_run_as_if_it_had_never_been_interrupted()
    {
        using (ResumableRun whole = New(initial: 1))
            whole.Trainer.Run(ResumableRun.Steps, Observers("whole"));

        string checkpoint = folder["run.checkpoint"];
        using (ResumableRun first = New(initial: 1))
        {
            first.Trainer.Run(25, Observers("resumed"));
            first.Trainer.Save(checkpoint);
            first.Trainer.Run(15, Observers("resumed"));        // lost with the process
        }
        using (ResumableRun second = New(initial: 2))
        {
            second.Trainer.Resume(checkpoint);
            second.Trainer.Run(ResumableRun.Steps - 25, Observers("resumed"));
        }

        Assert.Equal(File.ReadAllText(folder["whole.csv"]), File.ReadAllText(folder["resumed.csv"]));
        foreach (string tag in (string[])["loss/training", "hyperparameter/body.learningRate", "hypergradient.local/body.learningRate"])
            Assert.Equal(Chart("whole", tag), Chart("resumed", tag));
        Assert.Equal(12, Chart("resumed", "loss/training").Length);
        string page = File.ReadAllText(folder["resumed.html"]);
        Assert.Contains("Completed: all 57 steps.", page);
        Assert.Contains("This run went on after step 25. Losses", page);
        Assert.Equal(Rows(File.ReadAllText(folder["whole.html"])), Rows(page));
        Assert.Contains("<th scope=\"row\">Device</th><td>cpu</td>", page);
    }

    private static ResumableRun New(int initial) => new(new GlocalOptions { Horizon = ResumableRun.Steps }, initial);

    private ITrainingObserver[] Observers(string name) =>
        [new CsvLog(folder[$"{name}.csv"]).Observe("glocal"), new TensorBoardLog(folder[name]), new HtmlReport(folder[$"{name}.html"])];

    private (long, float)[] Chart(string name, string tag) =>
        EventReader.Chart(Directory.GetFiles(folder[name]).Order(StringComparer.Ordinal).SelectMany(EventReader.Read), tag);

    /// <summary>The numbers of the page's data: what each group began with, and a row for each window.</summary>
    private static string Rows(string page) => page[page.IndexOf("\"start\":[", StringComparison.Ordinal)..page.IndexOf("</script>", StringComparison.Ordinal)];
}
