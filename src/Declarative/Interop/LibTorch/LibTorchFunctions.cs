using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>Functions of libtorch's that TorchSharp does not offer. They are C++, so that their names are mangled ones (Itanium ABI).</summary>
internal static class LibTorchFunctions
{
    /// <summary>Finds one in the libtorch that is loaded; null where it is not exported, which it is on Linux.</summary>
    /// <param name="symbol">Its mangled name.</param>
    public static T? Find<T>(string symbol) where T : Delegate =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad(NativeFolders.FileName("torch_cpu"), out nint library) && NativeLibrary.TryGetExport(library, symbol, out nint found)
            ? Marshal.GetDelegateForFunctionPointer<T>(found) : null;
}
