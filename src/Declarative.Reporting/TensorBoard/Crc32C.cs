using System.Numerics;

namespace Declarative.Reporting;

/// <summary>The checksum of event files: CRC-32C (Castagnoli; RFC 3720, appendix B.4).</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> data)
    {
        uint remainder = uint.MaxValue;
        foreach (byte item in data)
            remainder = BitOperations.Crc32C(remainder, item);
        return ~remainder;
    }

    /// <summary>The checksum as a record holds it: turned and shifted, so that the checksum of data that hold checksums stays a good one.</summary>
    public static uint Masked(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Of(data), 15) + 0xA282EAD8;
}
