using System.Buffers.Binary;
using System.Text;

namespace Declarative.Tests.Interop;

/// <summary>
/// The smallest shared library that demands two versions of another: <c>NEEDED_1</c>, of which a relocation uses a symbol, and
/// <c>UNUSED_1</c>, whose only symbol nothing uses. It needs <c>called</c> at a first call, and <c>loaded</c> at once; <c>weak</c> may be missing, and
/// <c>own</c> it has itself.
/// </summary>
internal static class ElfFile
{
    /// <summary>Where the flags of <c>UNUSED_1</c> lie.</summary>
    public const int UnusedFlags = Requirements + 32 + 4;

    private const int Size = 1056;
    private const ulong Base = 0x10000; // of virtual addresses, so that a file offset is not taken for one

    private const int ProgramHeaders = 64;
    private const int Dynamic = 256;
    private const int Strings = 512;
    private const int Requirements = 576;
    private const int SymbolVersions = 704;
    private const int Relocations = 768;
    private const int Symbols = 896;

    public static byte[] Create()
    {
        byte[] bytes = new byte[Size];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        U64(32, ProgramHeaders);
        U16(54, 56);
        U16(56, 2);
        ProgramHeader(0, type: 1, offset: 0, size: Size);
        ProgramHeader(1, type: 2, offset: Dynamic, size: 16 * 9);

        (ulong Tag, ulong Value)[] dynamic =
        [
            (5, Base + Strings), (0x6ffffffe, Base + Requirements), (0x6ffffff0, Base + SymbolVersions),
            (23, Base + Relocations), (2, 24), (7, Base + Relocations + 24), (8, 24 * 3), (6, Base + Symbols), (0, 0),
        ];
        for (int i = 0; i < dynamic.Length; i++)
        {
            U64(Dynamic + 16 * i, dynamic[i].Tag);
            U64(Dynamic + 16 * i + 8, dynamic[i].Value);
        }

        Encoding.ASCII.GetBytes("\0NEEDED_1\0UNUSED_1\0called\0loaded\0weak\0own\0").CopyTo(bytes, Strings);
        Requirement(0, first: 1, second: 2, distance: 16, next: 0); // the library: version 1, two entries
        Requirement(16, first: 0, second: 0, distance: 1, next: 16);
        Requirement(32, first: 0, second: 0, distance: 10, next: 0);
        U16(Requirements + 16 + 6, 2); // the index of NEEDED_1
        U16(Requirements + 32 + 6, 3); // the index of UNUSED_1

        U16(SymbolVersions + 2, 2 | 0x8000); // symbol 1 is of NEEDED_1, and hidden
        U16(SymbolVersions + 4, 3); // symbol 2 is of UNUSED_1
        U64(Relocations + 8, (1ul << 32) | 7); // a call of symbol 1
        for (int symbol = 3; symbol <= 5; symbol++)
        {
            U64(Relocations + 24 * (symbol - 2) + 8, ((ulong)symbol << 32) | 6); // the address of a symbol
        }

        Symbol(1, name: 19, binding: 1, section: 0);
        Symbol(2, name: 10, binding: 1, section: 0); // of no relocation
        Symbol(3, name: 26, binding: 1, section: 0);
        Symbol(4, name: 33, binding: 2, section: 0);
        Symbol(5, name: 38, binding: 1, section: 7);
        return bytes;

        void U16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), value);
        void U32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        void U64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), value);

        void ProgramHeader(int index, uint type, ulong offset, ulong size)
        {
            int at = ProgramHeaders + 56 * index;
            U32(at, type);
            U64(at + 8, offset);
            U64(at + 16, Base + offset);
            U64(at + 32, size);
        }

        void Symbol(int index, uint name, byte binding, ushort section)
        {
            int at = Symbols + 24 * index;
            U32(at, name);
            bytes[at + 4] = (byte)((binding << 4) | 2); // a function
            U16(at + 6, section);
        }

        // For a library `distance` leads to its first entry; for an entry it is the place of its name.
        void Requirement(int at, ushort first, ushort second, uint distance, uint next)
        {
            U16(Requirements + at, first);
            U16(Requirements + at + 2, second);
            U32(Requirements + at + 8, distance);
            U32(Requirements + at + 12, next);
        }
    }
}
