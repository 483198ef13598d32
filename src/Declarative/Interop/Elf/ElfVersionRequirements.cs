using System.Text;

namespace Declarative.Interop;

/// <summary>
/// Edits, in the bytes of a shared library (ELF, 64 bit, little endian), what it demands of the versions of other libraries.
/// Pure: nothing is read, written or loaded.
/// </summary>
internal static class ElfVersionRequirements
{
    private const int RequirementSize = 16; // of Elf64_Verneed and of Elf64_Vernaux

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
        ElfDynamicTable table = ElfDynamicTable.Of(file);
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

    /// <summary>Whether any relocation, at load time or at a first call, names a symbol of the version with this index.</summary>
    private static bool IsNeeded(ElfImage file, in ElfDynamicTable table, ushort index) =>
        IsNeeded(file, table.SymbolVersions, table.Relocations, table.RelocationsSize, index)
        || IsNeeded(file, table.SymbolVersions, table.PltRelocations, table.PltRelocationsSize, index);

    private static bool IsNeeded(ElfImage file, ulong symbolVersions, ulong relocations, ulong size, ushort index)
    {
        if (size == 0)
        {
            return false;
        }

        ulong versions = file.OffsetOf(symbolVersions);
        foreach (uint symbol in new ElfRelocations(file, relocations, size))
        {
            if ((file.U16(versions + 2ul * symbol) & VersionMask) == index)
            {
                return true;
            }
        }

        return false;
    }
}
