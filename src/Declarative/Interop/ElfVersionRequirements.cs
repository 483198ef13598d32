using System.Buffers.Binary;
using System.Text;

namespace Declarative.Interop;

/// <summary>
/// Edits, in the bytes of a shared library (ELF, 64 bit, little endian), what it demands of the versions of other libraries.
/// Pure: nothing is read, written or loaded.
/// </summary>
internal static class ElfVersionRequirements
{
    private const int ProgramHeaderSize = 56;
    private const int DynamicEntrySize = 16;
    private const int RelocationSize = 24; // of Elf64_Rela: x86-64 and arm64 know no others that name symbols
    private const int RequirementSize = 16; // of Elf64_Verneed and of Elf64_Vernaux

    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;

    private const ulong PltRelocationsSizeTag = 2;
    private const ulong StringsTag = 5;
    private const ulong RelocationsTag = 7;
    private const ulong RelocationsSizeTag = 8;
    private const ulong PltRelocationsTag = 23;
    private const ulong SymbolVersionsTag = 0x6ffffff0;
    private const ulong RequirementsTag = 0x6ffffffe;

    private const ushort WeakFlag = 2; // VER_FLG_WEAK: the loader no longer refuses the library where the version is missing
    private const ushort VersionMask = 0x7fff; // the top bit of a symbol's version says "hidden"

    /// <summary>
    /// Marks the requirement of <paramref name="version"/> weak, so that the library also loads where that version does not exist.
    /// A requirement that a relocation needs is left alone: without its symbol the process would die, at a first call at the latest.
    /// </summary>
    /// <param name="image">The bytes of the library, changed in place: one byte for each requirement.</param>
    /// <param name="version">The version's name, as in <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>The number of requirements changed; 0 where there is none, or it is weak already, or it is needed.</returns>
    /// <exception cref="BadImageFormatException">The bytes are no such library, or are cut off or damaged.</exception>
    public static int Weaken(Span<byte> image, string version)
    {
        var file = new ElfImage(image);
        DynamicTable table = ReadDynamicTable(file);
        if (table.Requirements == 0)
        {
            return 0;
        }

        byte[] name = Encoding.ASCII.GetBytes(version + '\0');
        ulong strings = file.OffsetOf(table.Strings);
        ulong requirement = file.OffsetOf(table.Requirements);

        // The entries are chained by distances; those of a damaged file may overlap, and visiting all would take for ever.
        int budget = image.Length / RequirementSize;
        int changed = 0;
        uint distance;
        do
        {
            int entries = file.U16(requirement + 2);
            ulong entry = requirement + file.U32(requirement + 8);
            uint entryDistance;
            do
            {
                if (budget-- <= 0)
                {
                    throw ElfImage.Damaged();
                }

                ushort flags = file.U16(entry + 4);
                ushort index = file.U16(entry + 6);
                if ((flags & WeakFlag) == 0 && file.Holds(strings + file.U32(entry + 8), name) && !IsNeeded(file, table, index))
                {
                    file.SetU16(entry + 4, (ushort)(flags | WeakFlag));
                    changed++;
                }

                entryDistance = file.U32(entry + 12);
                entry += entryDistance;
            }
            while (entryDistance != 0 && --entries > 0);

            distance = file.U32(requirement + 12);
            requirement += distance;
        }
        while (distance != 0);
        return changed;
    }

    private static DynamicTable ReadDynamicTable(ElfImage file)
    {
        DynamicTable table = default;
        for (int i = 0; i < file.ProgramHeaders; i++)
        {
            ulong header = file.ProgramHeader(i);
            if (file.U32(header) != DynamicSegment)
            {
                continue;
            }

            ulong start = file.U64(header + 8);
            ulong size = file.U64(header + 32);
            for (ulong at = 0; at + DynamicEntrySize <= size; at += DynamicEntrySize)
            {
                ulong tag = file.U64(start + at);
                ulong value = file.U64(start + at + 8);
                switch (tag)
                {
                    case 0: // the end
                        return table;
                    case StringsTag:
                        table.Strings = value;
                        break;
                    case RequirementsTag:
                        table.Requirements = value;
                        break;
                    case SymbolVersionsTag:
                        table.SymbolVersions = value;
                        break;
                    case RelocationsTag:
                        table.Relocations = value;
                        break;
                    case RelocationsSizeTag:
                        table.RelocationsSize = value;
                        break;
                    case PltRelocationsTag:
                        table.PltRelocations = value;
                        break;
                    case PltRelocationsSizeTag:
                        table.PltRelocationsSize = value;
                        break;
                }
            }
        }

        return table;
    }

    /// <summary>Whether any relocation, at load time or at a first call, names a symbol of the version with this index.</summary>
    private static bool IsNeeded(ElfImage file, in DynamicTable table, ushort index) =>
        IsNeeded(file, table.SymbolVersions, table.Relocations, table.RelocationsSize, index)
        || IsNeeded(file, table.SymbolVersions, table.PltRelocations, table.PltRelocationsSize, index);

    private static bool IsNeeded(ElfImage file, ulong symbolVersions, ulong relocations, ulong size, ushort index)
    {
        if (size == 0)
        {
            return false;
        }

        ulong versions = file.OffsetOf(symbolVersions);
        ulong start = file.OffsetOf(relocations);
        for (ulong at = 0; at + RelocationSize <= size; at += RelocationSize)
        {
            uint symbol = file.U32(start + at + 12); // the upper half of r_info; 0 is no symbol
            if (symbol != 0 && (file.U16(versions + 2ul * symbol) & VersionMask) == index)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is used here of the dynamic segment: virtual addresses and sizes, 0 where absent.</summary>
    private struct DynamicTable
    {
        public ulong Strings;
        public ulong Requirements;
        public ulong SymbolVersions;
        public ulong Relocations;
        public ulong RelocationsSize;
        public ulong PltRelocations;
        public ulong PltRelocationsSize;
    }

    /// <summary>Numbers at 64-bit file offsets. No offset, size or count found in a file is believed: every access is checked.</summary>
    private readonly ref struct ElfImage
    {
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

        public ushort U16(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(offset, sizeof(ushort)));

        public uint U32(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(offset, sizeof(uint)));

        public ulong U64(ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(At(offset, sizeof(ulong)));

        public void SetU16(ulong offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(At(offset, sizeof(ushort)), value);

        /// <summary>Whether these bytes stand at the offset. A string that the file's end cuts off is not held.</summary>
        public bool Holds(ulong offset, ReadOnlySpan<byte> expected) =>
            offset < (ulong)bytes.Length && bytes[(int)offset..].StartsWith(expected);

        // Offsets are sums of numbers from the file and may have wrapped around: the wrapped one is checked like any other.
        private Span<byte> At(ulong offset, int size) =>
            offset <= (ulong)bytes.Length && (ulong)bytes.Length - offset >= (ulong)size ? bytes.Slice((int)offset, size) : throw Damaged();
    }
}
