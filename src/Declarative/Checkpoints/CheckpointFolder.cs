using System.Globalization;

namespace Declarative;

/// <summary>A folder in which a run keeps its last checkpoints: <c>step-0000001000.checkpoint</c> and so on. One run at a time has it.</summary>
public sealed class CheckpointFolder
{
    private const string Prefix = "step-", Suffix = ".checkpoint", Aside = ".aside", Pattern = Prefix + "*" + Suffix;

    private readonly string path;
    private readonly int keep = 3;
    private readonly TimeSpan interval = TimeSpan.FromMinutes(5);

    /// <summary>A folder; it is made when the first checkpoint is written.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public CheckpointFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        this.path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>How many checkpoints stay: the last ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int Keep
    {
        get => keep;
        init => keep = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least one checkpoint is kept.");
    }

    /// <summary>The least time between two checkpoints of a run; they are written at the end of a window. When one is written changes no result.
    /// <see cref="TimeSpan.Zero"/> writes one after every window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan Interval
    {
        get => interval;
        init => interval = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "An interval is not negative.");
    }

    /// <summary>The checkpoints that are there now, the latest step first.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public IReadOnlyList<CheckpointReport> GetCheckpoints() => Directory.Exists(path)
        ? [.. new DirectoryInfo(path).GetFiles(Pattern)
            .Select(file => (File: file, Step: StepOf(file.Name))).Where(item => item.Step >= 0 && item.File.Exists).OrderByDescending(item => item.Step)
            .Select(item => new CheckpointReport(item.Step, item.File.FullName, item.File.Length))] : [];

    /// <summary>The file of a step.</summary>
    internal string FileOf(long step) => System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D10}{Suffix}"));

    /// <summary>Takes the folder for a run, as long as the result is not disposed: what cannot be written there is found now.</summary>
    /// <param name="step">Where the run stands.</param>
    /// <param name="isResumed">Whether it has resumed from here: checkpoints of later steps are then set aside.</param>
    /// <exception cref="InvalidOperationException">There are checkpoints of later steps, which are another run's.</exception>
    /// <exception cref="IOException">Another run has it, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal IDisposable Take(long step, bool isResumed)
    {
        Directory.CreateDirectory(path);
        FileStream taken;
        try
        {
            taken = new(System.IO.Path.Combine(path, "run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new IOException($"Checkpoint folder '{path}' is in use by another run, or cannot be written: {e.Message}", e);
        }
        try
        {
            CheckpointReport[] later = [.. GetCheckpoints().TakeWhile(one => one.Step > step)];
            if (later.Length > 0 && !isResumed)
                throw new InvalidOperationException($"Checkpoint folder '{path}' has one of step {later[0].Step}, and this run stands at step {step}. "
                    + "Resume() from the folder, empty it, or give the run one of its own.");
            foreach (CheckpointReport one in later)
                SetAside(one.Path);
            CheckpointFile.RemoveUnfinished(path, Pattern);
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Removes all but the last checkpoints, where that can be done: the run goes on where it cannot.</summary>
    internal void Prune()
    {
        foreach (CheckpointReport old in GetCheckpoints().Skip(Keep))
            CheckpointFile.TryDelete(old.Path);
    }

    /// <summary>Puts a file out of the way, under another name.</summary>
    internal static void SetAside(string file) => File.Move(file, file + Aside, overwrite: true);

    private static long StepOf(string name) =>
        long.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;
}
