using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>What TorchSharp's native library needs of a libtorch, and what of it that libtorch lacks: one of another version may.</summary>
/// <param name="Needed">How many functions and other symbols it needs.</param>
/// <param name="MissingAtLoad">Those without which it does not load.</param>
/// <param name="MissingAtCall">Those whose first call ends the process, with no exception that anything could catch.</param>
internal sealed record LibTorchSymbols(int Needed, string[] MissingAtLoad, string[] MissingAtCall)
{
    private static readonly LibTorchSymbols none = new(0, [], []);

    /// <summary>Compares with what is loaded. What cannot be read, or is not of Linux, lacks nothing: the loader has the last word.</summary>
    /// <param name="shim">TorchSharp's native library.</param>
    public static LibTorchSymbols Of(string shim)
    {
        if (!OperatingSystem.IsLinux())
        {
            return none;
        }

        try
        {
            // With this variable the loader leaves nothing to a first call.
            bool bindsNow = Environment.GetEnvironmentVariable("LD_BIND_NOW") is { Length: > 0 };
            return Compare(ElfSymbolRequirements.Read(File.ReadAllBytes(shim), bindsNow), Exporter());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return none;
        }
    }

    /// <summary>Compares.</summary>
    /// <param name="requirements">What is needed.</param>
    /// <param name="isExported">Whether any library has a symbol.</param>
    public static LibTorchSymbols Compare(ElfSymbolRequirement[] requirements, Func<string, bool> isExported)
    {
        ElfSymbolRequirement[] missing = [.. requirements.Where(one => !isExported(one.Name))];
        string[] Names(bool atLoad) => [.. missing.Where(one => one.IsNeededAtLoad == atLoad).Select(one => CppName.Of(one.Name)).Distinct()];
        return new(requirements.Length, Names(atLoad: true), Names(atLoad: false));
    }

    // A look into a library is one into all that it links to: the C and the C++ library's symbols are found as well.
    private static Func<string, bool> Exporter()
    {
        var libraries = new List<nint>();
        foreach (string name in NativeLibraries.Dependencies)
        {
            if (NativeLibrary.TryLoad(NativeFolders.FileName(name), out nint library))
            {
                libraries.Add(library);
            }
        }

        return symbol => libraries.Exists(library => NativeLibrary.TryGetExport(library, symbol, out _));
    }
}
