namespace Samples.Study.Cells;

/// <summary>Does the cells that are not in yet, several at a time, each in a process of its own, and keeps what comes out.</summary>
/// <param name="file">The results; written by this object alone.</param>
/// <param name="start">Starts a worker: what does a cell, and answers null where it ended instead.</param>
internal sealed class CellQueue(CellFile file, Func<ICellWorker> start)
{
    /// <summary>A process that ends on a cell so often is that cell's result.</summary>
    private const int Attempts = 3;

    private readonly Lock gate = new();
    private int next;
    private int done;

    /// <summary>Does them in the order of their ranks.</summary>
    /// <param name="cells">All cells; those whose results are in are left out.</param>
    /// <param name="jobs">How many at a time.</param>
    /// <param name="finished">Told of each result, with how many are in and how many there are.</param>
    /// <param name="stop">Ends it after the cells at work, whose results are dropped where the workers were ended too.</param>
    public void Run(IEnumerable<Cell> cells, int jobs, Action<CellResult, int, int> finished, CancellationToken stop = default)
    {
        CellKey[] waiting = [.. cells.OrderBy(cell => cell.Rank).Select(cell => cell.Key).Where(key => !file.Contains(key))];
        (next, done) = (0, 0);
        Thread[] threads = [.. Enumerable.Range(0, Math.Min(jobs, waiting.Length)).Select(_ => new Thread(() => Work(waiting, finished, stop)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
    }

    private void Work(CellKey[] waiting, Action<CellResult, int, int> finished, CancellationToken stop)
    {
        ICellWorker? worker = null;
        try
        {
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) - 1 is var index && index < waiting.Length)
            {
                CellResult? result = null;
                string ending = "";
                for (int attempt = 0; attempt < Attempts && result is null && !stop.IsCancellationRequested; attempt++)
                {
                    worker ??= start();
                    result = worker.Do(waiting[index]);
                    if (result is not null)
                        continue;
                    ending = worker.Ending();
                    worker.Dispose();
                    worker = null;
                }
                if (stop.IsCancellationRequested && result is null)
                    return;
                result ??= new() { Cell = waiting[index].ToString(), Failure = ending };
                lock (gate)
                {
                    file.Add(result);
                    finished(result, ++done, waiting.Length);
                }
            }
        }
        finally
        {
            worker?.Dispose();
        }
    }
}

/// <summary>What does cells, one after the other.</summary>
internal interface ICellWorker : IDisposable
{
    /// <summary>Does a cell.</summary>
    /// <returns>Its result; null where the worker ended instead.</returns>
    CellResult? Do(CellKey key);

    /// <summary>How the worker ended, once it has.</summary>
    string Ending();
}
