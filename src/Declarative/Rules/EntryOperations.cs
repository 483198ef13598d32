using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Declarative.Interop;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>A step of an update rule on a range of entries, in one pass over memory.</summary>
/// <param name="state">θ, g, o and t. Its tensors in the host's memory are read and written; θ' goes to <see cref="UpdateState.Updated"/>.</param>
/// <param name="first">The first entry.</param>
/// <param name="last">The one behind the last entry: whole registers lie between.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate void EntryStep(UpdateState state, int first, int last);

/// <summary>The operations of generated steps that go over entries, beside those that <see cref="Vector"/> has.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class EntryOperations
{
    /// <summary>The entries of a tensor that lies contiguously in the host's memory.</summary>
    /// <typeparam name="T">The type of its entries.</typeparam>
    public static TensorEntries<T> Entries<T>(this Tensor tensor) where T : struct
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new(MemoryMarshal.Cast<byte, T>(tensor.bytes));
    }

    /// <summary>A number as every entry meets it.</summary>
    /// <typeparam name="T">The type of the entries: float or double.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Every<T>(double number) where T : struct => typeof(T) == typeof(float)
        ? Vector.As<float, T>(new((float)number))
        : Vector.As<double, T>(new(number));

    /// <summary>x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Square<T>(Vector<T> x) where T : struct => x * x;

    /// <summary>1 / x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Reciprocal<T>(Vector<T> x) where T : struct => Every<T>(1) / x;

    /// <summary>1 where x > 0, -1 where it is smaller, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Sign<T>(Vector<T> x) where T : struct => Vector.BitwiseOr(
        Vector.BitwiseAnd(Vector.GreaterThan(x, Vector<T>.Zero), Every<T>(1)), Vector.BitwiseAnd(Vector.LessThan(x, Vector<T>.Zero), Every<T>(-1)));
}
