using Declarative.Reporting;

namespace Declarative.Tests.Reporting;

/// <summary>Files that cannot be written while a run lasts cost neither the training nor, when they can be written again, a number.</summary>
public sealed class WriteFailureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();
    private readonly TextWriter errors = Console.Error;
    private readonly StringWriter told = new();

    public WriteFailureTests() => Console.SetError(TextWriter.Synchronized(told));

    public void Dispose()
    {
        Console.SetError(errors);
        told.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Rows_wait_for_their_file()
    {
        string path = folder["trajectory.csv"], whole = folder["whole.csv"];
        ITrainingObserver log = new CsvLog(path).Observe("glocal"), undisturbed = new CsvLog(whole).Observe("glocal");
        Run(undisturbed, _ => { });
        Run(log, window => Block(path, window));
        Assert.Equal(File.ReadAllText(whole), File.ReadAllText(path));
        MustBeToldOnce(path);
    }

    [Fact]
    public void Points_wait_for_their_file()
    {
        Run(new TensorBoardLog(folder["run"], time), window => Block(Assert.Single(Directory.GetFileSystemEntries(folder["run"], "*.declarative")), window));
        string file = Assert.Single(Directory.GetFiles(folder["run"]));
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (20L * i, 1f)), EventReader.Chart(EventReader.Read(file), "loss/training"));
        MustBeToldOnce(file);
    }

    [Fact]
    public void A_page_that_cannot_be_written_at_the_end_leaves_the_result()
    {
        string path = folder["report.html"];
        HtmlReport report = new(path, "A run", time);
        report.OnStarted(Reports.Plan(100, 10, "learningRate"));
        Block(path, 3);
        for (int window = 0; window < 3; window++)
        {
            time.Advance(100);
            report.OnWindow(Reports.Window(window, 10 * (window + 1), 1, 0.1));
        }
        report.OnCompleted(Reports.Result(100, 1));
        MustBeToldOnce(path);
        Block(path, 6);
    }

    [Fact]
    public void What_cannot_be_written_at_the_start_is_an_exception()
    {
        File.WriteAllText(folder["occupied"], "a file where a folder is wanted");
        Assert.ThrowsAny<IOException>(() => new CsvLog(folder["occupied/trajectory.csv"]));
        Assert.ThrowsAny<IOException>(() => new TensorBoardLog(folder["occupied/run"]));
        Assert.ThrowsAny<IOException>(() => new HtmlReport(folder["occupied/report.html"]).OnStarted(Reports.Plan(100, 10, "learningRate")));
        Assert.Empty(told.ToString());
    }

    private static void Run(ITrainingObserver observer, Action<int> before)
    {
        observer.OnStarted(Reports.Plan(180, 20, "learningRate"));
        for (int window = 0; window < 9; window++)
        {
            before(window);
            observer.OnWindow(Reports.Window(window, 20 * (window + 1), 1, 0.1 * window));
        }
        observer.OnCompleted(Reports.Result(180, 1));
    }

    // For three windows a folder stands where the file was: nothing can be written there, whoever one is.
    private static void Block(string path, int window)
    {
        if (window == 3)
        {
            File.Move(path, path + ".away");
            Directory.CreateDirectory(path);
        }
        else if (window == 6)
        {
            Directory.Delete(path);
            File.Move(path + ".away", path);
        }
    }

    private void MustBeToldOnce(string path) =>
        Assert.Single(told.ToString().Split('\n'), line => line.Contains($"'{path}' cannot be written", StringComparison.Ordinal));
}
