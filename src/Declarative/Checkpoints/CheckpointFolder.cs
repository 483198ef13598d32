using System.Globalization;

namespace Declarative;

/// <summary>A folder in which a run keeps its last checkpoints: <c>step-0000001000.checkpoint</c> and so on. One run at a time has it.</summary>
public sealed class CheckpointFolder
{
    private const string Prefix = "step-", Suffix = ".checkpoint", Refused = ".refused";

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

    /// <summary>The checkpoints that are there, the latest step first.</summary>
    public IReadOnlyList<CheckpointReport> Checkpoints => Directory.Exists(path)
        ? [.. new DirectoryInfo(path).EnumerateFiles(Prefix + "*" + Suffix)
            .Select(file => (File: file, Step: StepOf(file.Name))).Where(item => item.Step >= 0).OrderByDescending(item => item.Step)
            .Select(item => new CheckpointReport(item.Step, item.File.FullName, item.File.Length))] : [];

    /// <summary>The file of a step.</summary>
    internal string FileOf(long step) => System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D10}{Suffix}"));

    /// <summary>Refuses to mix a run's checkpoints with those of another one.</summary>
    /// <param name="step">Where the run stands.</param>
    /// <exception cref="InvalidOperationException">There are checkpoints of later steps.</exception>
    internal void CheckBelongs(long step)
    {
        if (Checkpoints is [{ } latest, ..] && latest.Step > step)
            throw new InvalidOperationException($"Checkpoint folder '{path}' has one of step {latest.Step}, and this run stands at step {step}. "
                + "Resume() from the folder, empty it, or give the run one of its own.");
    }

    /// <summary>Removes all but the last checkpoints, and what was left of one that was never finished.</summary>
    internal void Prune()
    {
        foreach (CheckpointReport old in Checkpoints.Skip(Keep))
            File.Delete(old.Path);
        CheckpointFile.RemoveUnfinished(path);
    }

    /// <summary>Puts a file that was refused out of the way, under another name.</summary>
    internal static void SetAside(string file) => File.Move(file, file + Refused, overwrite: true);

    private static long StepOf(string name) =>
        long.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;
}
