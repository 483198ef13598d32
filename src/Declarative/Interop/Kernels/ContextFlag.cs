using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>A setting of libtorch for the whole process.</summary>
/// <param name="IsEnabled">Whether it is on.</param>
/// <param name="Enable">Switches it on or off.</param>
internal sealed record ContextFlag(Func<bool> IsEnabled, Action<bool> Enable)
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint GlobalContext();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    [return: MarshalAs(UnmanagedType.U1)]
    private delegate bool Getter(nint context);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Setter(nint context, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>A setting that TorchSharp does not offer; nothing where libtorch does not export it, which it does on Linux.</summary>
    /// <param name="getter">The name of the context's method that reads it.</param>
    /// <param name="setter">The name of the one that writes it.</param>
    /// <remarks>libtorch's context is a C++ class: its functions take the object first.</remarks>
    public static IEnumerable<ContextFlag> Find(string getter, string setter)
    {
        if (LibTorchFunctions.Find<GlobalContext>("_ZN2at13globalContextEv") is not { } global
            || LibTorchFunctions.Find<Getter>($"_ZNK2at7Context{getter.Length}{getter}Ev") is not { } read
            || LibTorchFunctions.Find<Setter>($"_ZN2at7Context{setter.Length}{setter}Eb") is not { } write)
            return [];
        nint context = global();
        return [new(() => read(context), value => write(context, value))];
    }
}
