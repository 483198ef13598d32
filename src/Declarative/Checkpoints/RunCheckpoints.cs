using System.Diagnostics;

namespace Declarative;

/// <summary>Writes a run down when it is time, and finds the last good checkpoint of one.</summary>
/// <param name="folder">Where they are.</param>
/// <param name="write">Writes the run as it is now to a file.</param>
internal sealed class RunCheckpoints(CheckpointFolder folder, Func<string, CheckpointReport> write)
{
    private readonly Stopwatch sinceLast = Stopwatch.StartNew();
    private long last = -1;

    /// <summary>Writes one, if it is time.</summary>
    /// <param name="step">Where the run stands.</param>
    /// <param name="isEnd">Whether the run ends here.</param>
    /// <param name="observers">Who is told.</param>
    public void Offer(long step, bool isEnd, ObserverGroup observers)
    {
        if (step == last || (!isEnd && sinceLast.Elapsed < folder.Interval))
            return;
        CheckpointReport written = write(folder.FileOf(step));
        folder.Prune();
        last = step;
        sinceLast.Restart();
        observers.Written(written);
    }

    /// <summary>Reads the last checkpoint that is whole; the folder stays as it is.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="read">Reads a file, or refuses it.</param>
    /// <returns>The one that was read, null if there is none; and the refused ones.</returns>
    /// <exception cref="CheckpointException">One is whole, but of another run or a newer version, one cannot be read, or none is whole.</exception>
    public static (CheckpointReport? Read, IReadOnlyList<CheckpointException> Refused) ReadLast(CheckpointFolder folder, Action<string> read)
    {
        List<CheckpointException> refused = [];
        foreach (CheckpointReport candidate in folder.GetCheckpoints())
        {
            try
            {
                read(candidate.Path);
                return (candidate, refused);
            }
            catch (CheckpointException bad) when (bad.Fault is CheckpointFault.Truncated or CheckpointFault.Damaged or CheckpointFault.Foreign)
            {
                refused.Add(bad);
            }
        }
        return refused.Count == 0 ? (null, []) : throw refused[0];
    }

    /// <summary>The newest checkpoint before another one in its folder that is whole; null where there is none.</summary>
    public static string? Before(string file)
    {
        var folder = new CheckpointFolder(Path.GetDirectoryName(file)!);
        foreach (CheckpointReport candidate in folder.GetCheckpoints().Where(item => string.CompareOrdinal(Path.GetFileName(item.Path), Path.GetFileName(file)) < 0))
            try
            {
                CheckpointFile.Open(candidate.Path).Dispose();
                return candidate.Path;
            }
            catch (CheckpointException)
            {
            }
        return null;
    }
}
