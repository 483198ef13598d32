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
    /// <remarks>libtorch's context is a C++ class: its functions have mangled names, here those of the Itanium ABI, and take the object
    /// first.</remarks>
    public static IEnumerable<ContextFlag> Find(string getter, string setter)
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libtorch_cpu.so", out nint library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out nint global)
            || !NativeLibrary.TryGetExport(library, $"_ZNK2at7Context{getter.Length}{getter}Ev", out nint get)
            || !NativeLibrary.TryGetExport(library, $"_ZN2at7Context{setter.Length}{setter}Eb", out nint set))
            return [];
        nint context = Marshal.GetDelegateForFunctionPointer<GlobalContext>(global)();
        var read = Marshal.GetDelegateForFunctionPointer<Getter>(get);
        var write = Marshal.GetDelegateForFunctionPointer<Setter>(set);
        return [new(() => read(context), value => write(context, value))];
    }
}
