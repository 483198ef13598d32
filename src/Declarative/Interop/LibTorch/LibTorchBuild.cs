using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Declarative.Interop;

/// <summary>What the libtorch in this process says of its own build.</summary>
/// <param name="Version">Its version; null where it does not say.</param>
/// <param name="CudaVersion">The version of CUDA that it was built with; null where it was built without, or does not say.</param>
internal sealed partial record LibTorchBuild(Version? Version, Version? CudaVersion)
{
    /// <summary>The version that TorchSharp is built for.</summary>
    public static readonly Version Expected = new(2, 10, 0);

    // at::show_config(), which returns a std::string.
    private const string ShowConfiguration = "_ZN2at11show_configB5cxx11Ev";

    private static volatile LibTorchBuild? loaded;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate NativeString GetText();

    /// <summary>Of what is loaded; libtorch must be in the process.</summary>
    public static LibTorchBuild OfLoaded() => loaded ?? (Configuration() is { } configuration ? loaded = Parse(configuration) : new(null, null));

    /// <summary>Reads it out of libtorch's description of its build.</summary>
    public static LibTorchBuild Parse(string configuration) =>
        new(VersionIn(TorchVersion().Match(configuration)), VersionIn(CudaVersionSetting().Match(configuration)));

    private static Version? VersionIn(Match match) => match.Success && Version.TryParse(match.Groups[1].Value, out Version? version) ? version : null;

    private static string? Configuration()
    {
        // The description counts GPUs, where there are libraries for them.
        CudaLibrary.Load();
        if (LibTorchFunctions.Find<GetText>(ShowConfiguration) is not { } showConfiguration)
        {
            return null;
        }

        // Its characters are never given back: a few hundred bytes, once.
        NativeString text = showConfiguration();
        // A short one would lie inside the string itself, which has been moved.
        return text.Length is > 15 and < 1 << 20 ? Marshal.PtrToStringUTF8(text.Characters, (int)text.Length) : null;
    }

    [GeneratedRegex(@"\bTORCH_VERSION=(\d+\.\d+(\.\d+)?)")]
    private static partial Regex TorchVersion();

    [GeneratedRegex(@"\bCUDA_VERSION=(\d+\.\d+)")]
    private static partial Regex CudaVersionSetting();

    /// <summary>libstdc++'s std::string.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct NativeString
    {
        public nint Characters;
        public nint Length;
        private readonly nint first;
        private readonly nint second;
    }
}
