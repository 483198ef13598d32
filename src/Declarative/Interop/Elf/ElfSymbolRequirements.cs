namespace Declarative.Interop;

/// <summary>A symbol that a shared library takes from others.</summary>
/// <param name="Name">Its name, mangled where it is one of C++.</param>
/// <param name="IsNeededAtLoad">Whether the library does not load without it; else the first call of it ends the process.</param>
internal sealed record ElfSymbolRequirement(string Name, bool IsNeededAtLoad);

/// <summary>Reads, in the bytes of a shared library (ELF, 64 bit, little endian), which symbols it needs of others. Pure: nothing is loaded.</summary>
internal static class ElfSymbolRequirements
{
    private const int SymbolSize = 24; // of Elf64_Sym
    private const int WeakBinding = 2; // STB_WEAK: where it is missing, it is 0

    /// <summary>The symbols that relocations name and the library does not have itself, in the order of their names. What no relocation names, the
    /// loader never looks for.</summary>
    /// <param name="image">The bytes of the library; they are not changed.</param>
    /// <param name="bindsNow">Whether the loader was told to leave nothing to a first call.</param>
    /// <exception cref="BadImageFormatException">The bytes are no such library, or are cut off or damaged.</exception>
    public static ElfSymbolRequirement[] Read(Span<byte> image, bool bindsNow = false)
    {
        var file = new ElfImage(image);
        ElfDynamicTable table = ElfDynamicTable.Of(file);
        var needed = new SortedDictionary<uint, bool>();
        Collect(file, table.Relocations, table.RelocationsSize, isAtLoad: true, needed);
        Collect(file, table.PltRelocations, table.PltRelocationsSize, isAtLoad: bindsNow || table.BindsNow, needed);
        if (needed.Count == 0)
        {
            return [];
        }

        ulong symbols = file.OffsetOf(table.Symbols);
        ulong strings = file.OffsetOf(table.Strings);
        var found = new List<ElfSymbolRequirement>();
        foreach ((uint index, bool isAtLoad) in needed)
        {
            ulong symbol = symbols + SymbolSize * (ulong)index;
            bool isDefined = file.U16(symbol + 6) != 0;
            bool isWeak = file.U8(symbol + 4) >> 4 == WeakBinding;
            if (!isDefined && !isWeak)
            {
                found.Add(new(file.Text(strings + file.U32(symbol)), isAtLoad));
            }
        }

        return [.. found.OrderBy(one => one.Name, StringComparer.Ordinal)];
    }

    private static void Collect(ElfImage file, ulong relocations, ulong size, bool isAtLoad, SortedDictionary<uint, bool> needed)
    {
        foreach (uint symbol in new ElfRelocations(file, relocations, size))
        {
            needed[symbol] = isAtLoad || needed.GetValueOrDefault(symbol);
        }
    }
}
