namespace Declarative.Interop;

/// <summary>What is used here of a shared library's dynamic segment: virtual addresses and sizes, 0 where absent.</summary>
internal struct ElfDynamicTable
{
    private const int EntrySize = 16;
    private const uint DynamicSegment = 2;

    // Numbers of the entries, DT_..., and of their flags, DF_... and DF_1_...
    private const ulong PltRelocationsSizeTag = 2;
    private const ulong StringsTag = 5;
    private const ulong SymbolsTag = 6;
    private const ulong RelocationsTag = 7;
    private const ulong RelocationsSizeTag = 8;
    private const ulong PltRelocationsTag = 23;
    private const ulong BindNowTag = 24;
    private const ulong FlagsTag = 30;
    private const ulong MoreFlagsTag = 0x6ffffffb;
    private const ulong SymbolVersionsTag = 0x6ffffff0;
    private const ulong RequirementsTag = 0x6ffffffe;
    private const ulong BindNowFlag = 8;
    private const ulong NowFlag = 1;

    public ulong Strings;
    public ulong Symbols;
    public ulong Requirements;
    public ulong SymbolVersions;
    public ulong Relocations;
    public ulong RelocationsSize;
    public ulong PltRelocations;
    public ulong PltRelocationsSize;

    /// <summary>Whether the loader resolves all at once, and leaves nothing to a first call.</summary>
    public bool BindsNow;

    /// <summary>Reads it.</summary>
    /// <exception cref="BadImageFormatException">The file is cut off or damaged.</exception>
    public static ElfDynamicTable Of(ElfImage file)
    {
        ElfDynamicTable table = default;
        for (int i = 0; i < file.ProgramHeaders; i++)
        {
            ulong header = file.ProgramHeader(i);
            if (file.U32(header) != DynamicSegment)
            {
                continue;
            }

            ulong start = file.U64(header + 8);
            ulong size = file.U64(header + 32);
            for (ulong at = 0; at + EntrySize <= size; at += EntrySize)
            {
                ulong tag = file.U64(start + at);
                if (tag == 0) // the end
                {
                    return table;
                }

                table.Take(tag, file.U64(start + at + 8));
            }
        }

        return table;
    }

    private void Take(ulong tag, ulong value)
    {
        switch (tag)
        {
            case StringsTag:
                Strings = value;
                break;
            case SymbolsTag:
                Symbols = value;
                break;
            case RequirementsTag:
                Requirements = value;
                break;
            case SymbolVersionsTag:
                SymbolVersions = value;
                break;
            case RelocationsTag:
                Relocations = value;
                break;
            case RelocationsSizeTag:
                RelocationsSize = value;
                break;
            case PltRelocationsTag:
                PltRelocations = value;
                break;
            case PltRelocationsSizeTag:
                PltRelocationsSize = value;
                break;
            case BindNowTag:
                BindsNow = true;
                break;
            case FlagsTag:
                BindsNow |= (value & BindNowFlag) != 0;
                break;
            case MoreFlagsTag:
                BindsNow |= (value & NowFlag) != 0;
                break;
        }
    }
}
