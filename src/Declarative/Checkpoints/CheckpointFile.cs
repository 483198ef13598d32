using System.Buffers.Binary;
using System.Security.Cryptography;
using Declarative.Interop;

namespace Declarative;

/// <summary>The file of a checkpoint: a header (what it is, the version of its format, how long its content is), the content, and the SHA-256
/// checksum of both.</summary>
/// <remarks>It is written beside its place and moved there when all of it has reached the disk, so that a file of that name is always a whole one,
/// whenever the process is killed. Header and checksum are the same in all versions of the format; only the content changes.</remarks>
internal static class CheckpointFile
{
    /// <summary>The version of the format; a reader refuses a higher one.</summary>
    public const int Version = 1;

    private const int HeaderLength = 20;
    private const string Unfinished = ".unfinished";

    // The first byte is no text, the last ones change where a text transfer rewrites line ends.
    private static ReadOnlySpan<byte> Mark => [0x8B, (byte)'D', (byte)'C', (byte)'K', (byte)'P', (byte)'T', (byte)'\r', (byte)'\n'];

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">Its place; its directory is made where needed.</param>
    /// <param name="content">Writes the content.</param>
    /// <returns>Its length in bytes.</returns>
    public static long Write(string path, Action<Stream> content)
    {
        string directory = Path.GetDirectoryName(path) ?? path;
        Directory.CreateDirectory(directory);
        string unfinished = path + Unfinished;
        try
        {
            long length = WriteAll(unfinished, content);
            File.Move(unfinished, path, overwrite: true);
            DiskFlush.Directory(directory);
            return length;
        }
        catch
        {
            // Half a file may be what fills the disk.
            TryDelete(unfinished);
            throw;
        }
    }

    /// <summary>Deletes a file, if that can be done.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static long WriteAll(string unfinished, Action<Stream> content)
    {
        using FileStream file = new(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20);
        byte[] header = new byte[HeaderLength];
        file.Write(header);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var hashed = new HashedStream(file, hash))
            content(hashed);
        WriteHeader(header, file.Position - HeaderLength);
        // The header is known last, and so hashed last.
        hash.AppendData(header);
        file.Write(hash.GetHashAndReset());
        long length = file.Position;
        file.Position = 0;
        file.Write(header);
        file.Flush(flushToDisk: true);
        return length;
    }

    /// <summary>Opens a file whose checksum is right.</summary>
    /// <returns>Its content.</returns>
    /// <exception cref="CheckpointException">It is none, or no whole one; the message says why.</exception>
    public static Stream Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            return new ContentStream(file, HeaderLength, Check(file, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new CheckpointException(CheckpointFault.Unreadable, path, $"it cannot be read ({e.Message.TrimEnd('.')})", inner: e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Removes what was left of a file that was never finished.</summary>
    /// <param name="directory">Where it is.</param>
    /// <param name="pattern">What the finished files are called.</param>
    public static void RemoveUnfinished(string directory, string pattern)
    {
        foreach (string left in Directory.GetFiles(directory, pattern + Unfinished))
            TryDelete(left);
    }

    private static void WriteHeader(Span<byte> header, long contentLength)
    {
        Mark.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], contentLength);
    }

    private static long Check(FileStream file, string path)
    {
        byte[] header = new byte[HeaderLength];
        int found = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (!header.AsSpan(0, Math.Min(found, Mark.Length)).SequenceEqual(Mark[..Math.Min(found, Mark.Length)]))
            throw new CheckpointException(CheckpointFault.Foreign, path, "it is no checkpoint of this library");
        if (found < HeaderLength)
            throw new CheckpointException(CheckpointFault.Truncated, path, $"it is truncated: it has {file.Length} bytes, not even a header");
        long contentLength = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(12));
        long here = file.Length - HeaderLength - SHA256.HashSizeInBytes;
        if (contentLength != here || here < 0)
            throw new CheckpointException(CheckpointFault.Truncated, path, here < contentLength
                ? $"it is truncated: {Math.Max(here, 0)} of {contentLength} bytes of content are there" : $"it is damaged: its header tells of {contentLength} bytes, and {here} are there");

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[(int)Math.Min(1 << 20, contentLength)];
        for (long left = contentLength; left > 0;)
        {
            Span<byte> next = piece.AsSpan(0, (int)Math.Min(piece.Length, left));
            file.ReadExactly(next);
            hash.AppendData(next);
            left -= next.Length;
        }
        hash.AppendData(header);
        Span<byte> written = stackalloc byte[SHA256.HashSizeInBytes];
        file.ReadExactly(written);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(written))
            throw new CheckpointException(CheckpointFault.Damaged, path, "it is damaged: its checksum is not that of its contents");
        int version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        if (version > Version)
            throw new CheckpointException(CheckpointFault.Newer, path, $"its format has version {version}, and this library knows those up to {Version}: update it");
        if (version < 1)
            throw new CheckpointException(CheckpointFault.Damaged, path, $"it is damaged: there is no version {version} of its format");
        return contentLength;
    }
}
