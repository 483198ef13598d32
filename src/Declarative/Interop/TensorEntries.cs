using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>The entries of a tensor in the host's memory, as many at a time as a vector register holds. Nothing is checked: generated code goes
/// over those entries that <see cref="Rules.UpdateState.TakeEntryStep"/> has found to be there.</summary>
/// <typeparam name="T">The type of an entry: float or double.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct TensorEntries<T> where T : struct
{
    private readonly ref T origin;
    private readonly bool isEmpty;

    /// <summary>The entries in a piece of memory, of which the tensor remains the owner.</summary>
    internal TensorEntries(Span<T> entries)
    {
        origin = ref MemoryMarshal.GetReference(entries);
        isEmpty = entries.IsEmpty;
    }

    /// <summary>A register of entries.</summary>
    /// <param name="at">The first one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Read(int at) => Vector.LoadUnsafe(ref origin, (nuint)at);

    /// <summary>A register of entries of a state that may not be used: then it has no entries, and reads as zeros.</summary>
    /// <param name="at">The first one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> ReadIfUsed(int at) => isEmpty ? Vector<T>.Zero : Read(at);

    /// <summary>Writes a register of entries.</summary>
    /// <param name="at">The first one.</param>
    /// <param name="value">What to write.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int at, Vector<T> value) => value.StoreUnsafe(ref origin, (nuint)at);

    /// <summary>The same for a state that may not be used: then nothing is written.</summary>
    /// <param name="at">The first one.</param>
    /// <param name="value">What to write.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteIfUsed(int at, Vector<T> value)
    {
        if (!isEmpty)
            Write(at, value);
    }
}
