using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Declarative.Interop;

/// <summary>Where native libraries lie, and what their files are called on this system.</summary>
internal static class NativeFolders
{
    /// <summary>TorchSharp's assembly, named only: a typeof does not run torch's static constructor, which would load libtorch.</summary>
    public static Assembly TorchSharpAssembly => typeof(torch).Assembly;

    /// <summary>TorchSharp's version.</summary>
    public static string TorchSharpVersion => TorchSharpAssembly.GetName().Version?.ToString(3) ?? "*";

    /// <summary>The portable runtime identifier. RuntimeInformation's names the distribution where that has built its own .NET.</summary>
    public static string Rid
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
            return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    /// <summary>Whether TorchSharp.dll lies in a NuGet package, as in a notebook. There packages are separate folders, and TorchSharp
    /// gathers their native libraries itself, which is right: it must neither be stopped nor reported as missing.</summary>
    public static bool TorchSharpMayFindPackages =>
        TorchSharpFolder.Length > 0 && Directory.Exists(Path.Combine(TorchSharpFolder, "..", "..", "runtimes", Rid, "native"));

    /// <summary>The folder of TorchSharp.dll; empty in a single-file application.</summary>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location is expected, and means no folder.")]
    private static string TorchSharpFolder => Path.GetDirectoryName(TorchSharpAssembly.Location) ?? "";

    /// <summary>The folders of the application, in the order in which they are searched.</summary>
    public static string[] OfApplication() => [.. Candidates().Select(Path.TrimEndingDirectorySeparator).Distinct()];

    /// <summary>The folders that the system's loader was told to search first.</summary>
    public static string[] OfEnvironment() => OperatingSystem.IsLinux()
        ? (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split([':', ';'], StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>The first file of a library in these folders.</summary>
    public static string? Find(string[] folders, string library) =>
        folders.Select(folder => Path.Combine(folder, FileName(library))).FirstOrDefault(File.Exists);

    /// <summary>The name of a library's file.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? library + ".dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>The folder from which this process has loaded a library; null where it has not.</summary>
    public static string? OfLoaded(string library)
    {
        using Process self = Process.GetCurrentProcess();
        // The name may be that of a link's target, libtorch_cpu.so.1.13.
        string file = FileName(library);
        return self.Modules.Cast<ProcessModule>().FirstOrDefault(module => Path.GetFileName(module.FileName).StartsWith(file, StringComparison.Ordinal)) is { } found
            ? Path.GetDirectoryName(found.FileName) : null;
    }

    private static IEnumerable<string> Candidates()
    {
        // Where the host looks: among others the native folders of packages, for an application that runs from its build output.
        string native = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (string folder in native.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }

        foreach (string folder in new[] { AppContext.BaseDirectory, TorchSharpFolder })
        {
            if (folder.Length > 0)
            {
                yield return folder;
                yield return Path.Combine(folder, "runtimes", Rid, "native");
            }
        }
    }
}
