using System.Buffers.Binary;
using System.IO.Compression;

namespace Samples;

/// <summary>An array of unsigned bytes as an IDX file holds it: its dimensions, then its values in row-major order.</summary>
public sealed record IdxArray(int[] Dimensions, byte[] Values);

/// <summary>Reads gzip-compressed IDX files of unsigned bytes, the format of MNIST and Fashion-MNIST.</summary>
public static class Idx
{
    private const int UnsignedByte = 0x08;

    /// <summary>Reads a file that must be complete and hold exactly one array of <paramref name="rank"/> dimensions.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not gzip, not IDX, of another shape, truncated or too long.</exception>
    public static IdxArray Read(string path, int rank)
    {
        byte[] contents = Decompress(path);
        int header = 4 + 4 * rank;
        if (contents.Length < header)
            throw new InvalidDataException($"'{path}' is not a complete IDX file: it holds only {contents.Length} bytes.");

        int magic = BinaryPrimitives.ReadInt32BigEndian(contents);
        if (magic != (UnsignedByte << 8 | rank))
            throw new InvalidDataException($"'{path}' is not an IDX file of unsigned bytes in {rank} dimension(s): " +
                $"it starts with 0x{magic:X8}, not 0x{UnsignedByte << 8 | rank:X8}.");

        int[] dimensions = new int[rank];
        long expected = header, items = 1;
        for (int i = 0; i < rank; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(contents.AsSpan(4 + 4 * i));
            if (dimensions[i] < 1 || (items *= dimensions[i]) > Array.MaxLength)
                throw new InvalidDataException($"'{path}' has an impossible dimension, {dimensions[i]}.");
        }
        expected += items;
        if (contents.Length != expected)
            throw new InvalidDataException($"'{path}' is {(contents.Length < expected ? "truncated" : "too long")}: " +
                $"its dimensions {string.Join(" x ", dimensions)} ask for {expected} bytes, it holds {contents.Length}.");
        return new IdxArray(dimensions, contents[header..]);
    }

    private static byte[] Decompress(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no data file '{path}'.", path);
        using FileStream file = File.OpenRead(path);
        using GZipStream gzip = new(file, CompressionMode.Decompress);
        using MemoryStream contents = new();
        try
        {
            gzip.CopyTo(contents);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"'{path}' is not a gzip file, or a damaged one.", e);
        }
        return contents.ToArray();
    }
}
