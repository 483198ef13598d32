using System.Text;

namespace Declarative.Reporting;

/// <summary>Writes one HTML page that tells a run: how it ended, what the hyperparameters and losses did, what each outer step was taken on
/// and why, with pictures, settings and environment. The page loads nothing from elsewhere and runs no script.</summary>
/// <remarks>
/// <para>The page is written when the run begins, now and then while it lasts (at most every half minute, and for no more than a fiftieth of the
/// time), and when it ends: complete, cancelled or by an exception. It is replaced as a whole, so that one that is open in a browser can be
/// loaded again at any time, and a program that is killed leaves the last one.</para>
/// <para>A page that cannot be written while a run lasts, or at its end, does not end it: the error output says so once, and the page is tried
/// again.</para>
/// <para>Page and memory stay small: of a long run some 2,000 windows are told, evenly spaced; vectors of more than four
/// hyperparameters are told as median and range.</para>
/// <para>A run that goes on after a checkpoint takes up the losses, hyperparameters and hypergradients that the page at the same path tells;
/// decisions and rollbacks are counted anew.</para>
/// </remarks>
public sealed class HtmlReport : ITrainingObserver
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(30);
    private const int LargestShareOfTime = 50;      // one part in so many

    private readonly TimeProvider time;
    private readonly RunRecord record;
    private readonly WriteFailures failures;
    private long lastWritten;
    private TimeSpan pause;

    /// <summary>Makes an observer for one run; another run replaces the page.</summary>
    /// <param name="path">The page's file; its directory is created where needed.</param>
    /// <param name="title">The page's heading: what is trained.</param>
    public HtmlReport(string path, string title = "Training run") : this(path, title, TimeProvider.System)
    {
    }

    internal HtmlReport(string path, string title, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(title);
        this.time = time;
        FilePath = Path.GetFullPath(path);
        Title = title;
        record = new RunRecord(time);
        failures = new WriteFailures(FilePath);
    }

    /// <summary>The full path of the page.</summary>
    public string FilePath { get; }

    /// <summary>The page's heading.</summary>
    public string Title { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The page cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">The page may not be written there.</exception>
    public void OnStarted(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        record.OnStarted(plan);
        if (plan.FirstStep > 0 && ReportData.Read(FilePath, record.Trace.Groups) is { } earlier)
            record.Restore(earlier);
        failures.Reset();
        Write();
    }

    /// <inheritdoc/>
    public void OnWindow(WindowReport window)
    {
        ArgumentNullException.ThrowIfNull(window);
        record.OnWindow(window);
        if (time.GetElapsedTime(lastWritten) >= pause)
            failures.Try(Write);
    }

    /// <inheritdoc/>
    public void OnRollback(RollbackReport rollback) => record.OnRollback(rollback);

    /// <inheritdoc/>
    public void OnCheckpoint(CheckpointReport checkpoint) => record.OnCheckpoint(checkpoint);

    /// <inheritdoc/>
    public void OnCompleted(TrainingResult result)
    {
        record.OnCompleted(result);
        failures.Try(Write);
    }

    /// <inheritdoc/>
    public void OnFailed(Exception exception)
    {
        record.OnFailed(exception);
        if (record.Plan is not null)
            failures.Try(Write);
    }

    private void Write()
    {
        long start = time.GetTimestamp();
        try
        {
            byte[] page = Encoding.UTF8.GetBytes(ReportPage.Of(record, Title).ToString());
            AtomicFile.Write(FilePath, stream => stream.Write(page));
        }
        finally
        {
            lastWritten = time.GetTimestamp();
            TimeSpan cost = time.GetElapsedTime(start, lastWritten) * LargestShareOfTime;
            pause = cost > ShortestPause ? cost : ShortestPause;
        }
    }
}
