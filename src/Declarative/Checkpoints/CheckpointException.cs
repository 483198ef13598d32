namespace Declarative;

/// <summary>Why a checkpoint was refused.</summary>
public enum CheckpointFault
{
    /// <summary>There is no such file, or it cannot be read.</summary>
    Unreadable,

    /// <summary>It is no checkpoint.</summary>
    Foreign,

    /// <summary>A newer version of this library wrote it, in a format that this one does not know.</summary>
    Newer,

    /// <summary>It is shorter or longer than it says itself.</summary>
    Truncated,

    /// <summary>Its checksum is not that of its contents.</summary>
    Damaged,

    /// <summary>It is whole, but of another run: another model, other hyperparameters, options or data.</summary>
    OtherRun,
}

/// <summary>Thrown when a checkpoint is refused. The trainer is as it was.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>A file is refused.</summary>
    /// <param name="fault">Why.</param>
    /// <param name="path">The file.</param>
    /// <param name="reason">The same in words: a clause about "it".</param>
    /// <param name="earlier">The checkpoint before it in its folder that is whole; null where there is none.</param>
    /// <param name="inner">What the system said.</param>
    internal CheckpointException(CheckpointFault fault, string path, string reason, string? earlier = null, Exception? inner = null)
        : base($"Checkpoint '{path}' is refused: {reason}." + (earlier is null ? "" : $" The one before it, '{earlier}', is whole."), inner) =>
        (Fault, Path, Reason, Earlier) = (fault, path, reason, earlier);

    /// <summary>Why.</summary>
    public CheckpointFault Fault { get; }

    /// <summary>The file that was refused.</summary>
    public string Path { get; }

    /// <summary>The newest earlier checkpoint of the same folder that is whole; null where there is none.</summary>
    public string? Earlier { get; }

    /// <summary>Why, in words.</summary>
    internal string Reason { get; }
}
