namespace Declarative.Interop;

/// <summary>The symbols that a table of relocations names, by their indices and as often as it does.</summary>
/// <param name="file">The library.</param>
/// <param name="address">The table's virtual address; not looked at where it is empty.</param>
/// <param name="size">Its size in bytes.</param>
internal ref struct ElfRelocations(ElfImage file, ulong address, ulong size)
{
    // Of Elf64_Rela: x86-64 and arm64 know no other relocations that name symbols.
    private const int EntrySize = 24;

    private readonly ElfImage file = file;
    private readonly ulong start = size == 0 ? 0 : file.OffsetOf(address);
    private ulong next;

    /// <summary>The index of a symbol, never 0.</summary>
    public uint Current { get; private set; }

    public readonly ElfRelocations GetEnumerator() => this;

    /// <exception cref="BadImageFormatException">The file is cut off or damaged.</exception>
    public bool MoveNext()
    {
        while (next + EntrySize <= size)
        {
            // It is the upper half of r_info; 0 is none.
            Current = file.U32(start + next + 12);
            next += EntrySize;
            if (Current != 0)
            {
                return true;
            }
        }

        return false;
    }
}
