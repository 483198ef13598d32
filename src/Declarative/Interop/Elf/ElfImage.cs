using System.Buffers.Binary;
using System.Text;

namespace Declarative.Interop;

/// <summary>Numbers at 64-bit file offsets. No offset, size or count found in a file is believed: every access is checked.</summary>
internal readonly ref struct ElfImage
{
    private const int ProgramHeaderSize = 56;
    private const uint LoadSegment = 1;

    private readonly Span<byte> bytes;
    private readonly ulong programHeaders;

    public ElfImage(Span<byte> bytes)
    {
        this.bytes = bytes;
        // Magic number, 64 bit, little endian.
        if (!bytes.StartsWith("\u007fELF\u0002\u0001"u8))
        {
            throw new BadImageFormatException("This is not a 64-bit little-endian ELF file.");
        }

        programHeaders = U64(32);
        if (U16(54) != ProgramHeaderSize)
        {
            throw Damaged();
        }

        ProgramHeaders = U16(56);
    }

    public int ProgramHeaders { get; }

    public static BadImageFormatException Damaged() => new("The ELF file is cut off or damaged.");

    public ulong ProgramHeader(int index) => programHeaders + (ulong)index * ProgramHeaderSize;

    /// <summary>The file offset of what is loaded at a virtual address.</summary>
    public ulong OffsetOf(ulong address)
    {
        for (int i = 0; i < ProgramHeaders; i++)
        {
            ulong header = ProgramHeader(i);
            ulong start = U64(header + 16);
            if (U32(header) == LoadSegment && address >= start && address - start < U64(header + 32))
            {
                return U64(header + 8) + (address - start);
            }
        }

        throw Damaged();
    }

    public byte U8(ulong offset) => At(offset, sizeof(byte))[0];

    public ushort U16(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(offset, sizeof(ushort)));

    public uint U32(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(offset, sizeof(uint)));

    public ulong U64(ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(At(offset, sizeof(ulong)));

    public void SetU16(ulong offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(At(offset, sizeof(ushort)), value);

    /// <summary>The text at an offset, up to its closing zero.</summary>
    public string Text(ulong offset)
    {
        ReadOnlySpan<byte> rest = offset < (ulong)bytes.Length ? bytes[(int)offset..] : throw Damaged();
        int length = rest.IndexOf((byte)0);
        return length < 0 ? throw Damaged() : Encoding.ASCII.GetString(rest[..length]);
    }

    /// <summary>Whether these bytes stand at the offset. A string that the file's end cuts off is not held.</summary>
    public bool Holds(ulong offset, ReadOnlySpan<byte> expected) =>
        offset < (ulong)bytes.Length && bytes[(int)offset..].StartsWith(expected);

    // Offsets are sums of numbers from the file and may have wrapped around: the wrapped one is checked like any other.
    private Span<byte> At(ulong offset, int size) =>
        offset <= (ulong)bytes.Length && (ulong)bytes.Length - offset >= (ulong)size ? bytes.Slice((int)offset, size) : throw Damaged();
}
