namespace Declarative.Reporting;

/// <summary>A file that grows at its end. Readers find whole pieces only, unless the program is killed; what cannot be written now is kept, and
/// written with what comes later.</summary>
/// <param name="path">The file.</param>
internal sealed class AppendedFile(string path)
{
    private const int MostBytes = 16 << 20;

    private readonly MemoryStream waiting = new();
    private readonly WriteFailures failures = new(path);

    /// <summary>The file's path.</summary>
    public string Path { get; } = path;

    /// <summary>Begins a run: what still waits is written, and the next failure is told again.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Begin()
    {
        Write();
        failures.Reset();
    }

    /// <summary>Adds a piece to what waits. Where a file has not taken anything for long, pieces are lost: memory is to stay small.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (waiting.Length == 0 || waiting.Length + piece.Length <= MostBytes)
            waiting.Write(piece);
    }

    /// <summary>Writes what waits; the operating system has it when this returns.</summary>
    /// <exception cref="IOException">It cannot be written; all of it still waits.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; all of it still waits.</exception>
    public void Write()
    {
        if (waiting.Length == 0)
            return;
        using FileStream stream = new(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        long length = stream.CanSeek ? stream.Length : 0;
        try
        {
            stream.Write(waiting.GetBuffer(), 0, (int)waiting.Length);
        }
        catch (IOException)
        {
            // A full disk takes a part; the whole is written later.
            if (stream.CanSeek)
                stream.SetLength(length);
            throw;
        }
        waiting.SetLength(0);
    }

    /// <summary>Writes what waits, or tells once that it could not be done.</summary>
    public void TryWrite() => failures.Try(Write);
}
