using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text;
using TorchSharp;

namespace Declarative.Interop;

/// <summary>
/// Makes TorchSharp's native libraries load on every Linux that can run them, and makes a failure say what to do.
/// </summary>
/// <remarks>
/// <para>TorchSharp 0.107's libLibTorchSharp.so demands GLIBCXX_3.4.32, which Debian 12 and Ubuntu 22.04 do not have, for a symbol
/// that it never uses. Where the loader refuses the library for that reason, a private copy without the demand is loaded.</para>
/// <para>Without libtorch, TorchSharp 0.107 looks for it in the NuGet cache, copies half a gigabyte of it into the application's
/// folder, and, where that fails too, names a package that nobody should reference directly. With these hooks it does neither, and
/// <see cref="LibTorchLoadException"/> names the package to add.</para>
/// </remarks>
public static class NativeLibraries
{
    private const string Shim = "LibTorchSharp";
    private const string UnavailableVersion = "GLIBCXX_3.4.32";

    // TorchSharp's method that turns every exception into "not found".
    private const string SwallowingCaller = "TorchSharp.torch.TryLoadNativeLibraryByName";

    // libLibTorchSharp's dependencies, in the order of their own.
    private static readonly string[] dependencies = ["c10", "torch_cpu", "torch"];

    private static readonly Lock gate = new();
    private static volatile bool prepared;
    private static volatile bool available;
    private static nint shimHandle;

    // Only names the assembly: a typeof does not run torch's static constructor, which would load libtorch.
    private static Assembly TorchSharpAssembly => typeof(torch).Assembly;

    /// <summary>
    /// Hooks the resolution of TorchSharp's native library. Never throws for a missing libtorch, and costs nothing when called again.
    /// Generated code calls it from a module initializer of every assembly that uses Declarative.
    /// </summary>
    /// <remarks>It loads nothing, but for one case: compiled by NativeAOT, on a Linux whose C++ library is too old, it has to load
    /// libtorch at once.</remarks>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void Prepare()
    {
        if (prepared)
        {
            return;
        }

        // Whoever comes second waits: its next statement may be the one that needs the hook.
        lock (gate)
        {
            if (prepared)
            {
                return;
            }

            // Raised only when .NET itself has found nothing that loads: where TorchSharp works unaided, none of this runs.
            AssemblyLoadContext.GetLoadContext(TorchSharpAssembly)!.ResolvingUnmanagedDll += Resolve;
            prepared = true;
            if (!RuntimeFeature.IsDynamicCodeSupported && OperatingSystem.IsLinux() && !StandardLibraryHasVersion())
            {
                LoadAheadOfTime();
            }
        }
    }

    /// <summary>
    /// Loads libtorch, or says clearly why that is impossible. Declarative's own entry points call it first; an application may call
    /// it at its start to fail early. Costs nothing when called again.
    /// </summary>
    /// <exception cref="LibTorchLoadException">libtorch is missing, or cannot be loaded on this machine.</exception>
    public static void Check()
    {
        if (available)
        {
            return;
        }

        Prepare();
        // Where .NET finds nothing, this raises the event, and the handler's exception passes through. NativeAOT raises none.
        if (!NativeLibrary.TryLoad(Shim, TorchSharpAssembly, null, out _) && !TorchSharpMayFindPackages)
        {
            Load();
        }

        available = true;
    }

    private static nint Resolve(Assembly assembly, string libraryName)
    {
        if (libraryName != Shim)
        {
            return 0;
        }

        try
        {
            return Load();
        }
        catch (LibTorchLoadException) when (TorchSharpMayFindPackages)
        {
            return 0;
        }
        catch (LibTorchLoadException) when (Environment.StackTrace.Contains(SwallowingCaller, StringComparison.Ordinal))
        {
            // An exception would be swallowed here, and TorchSharp would go on to copy the NuGet cache. So let it believe that all is
            // well, with a handle that has none of its functions. The first of them it calls, still in torch's static constructor,
            // leads here again, from a caller that lets the exception through.
            return NativeLibrary.GetMainProgramHandle();
        }
    }

    /// <summary>NativeAOT never raises the event. Where only the private copy loads, it has to be there before TorchSharp asks.</summary>
    private static void LoadAheadOfTime()
    {
        try
        {
            Load();
        }
        catch (LibTorchLoadException)
        {
            // Check reports it. A module initializer must not: the application may never touch TorchSharp.
        }
    }

    /// <summary>Whether this machine's C++ library has what the shim demands. The symbol is the only new one of that version.</summary>
    private static bool StandardLibraryHasVersion() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "_ZSt21ios_base_library_initv", out _);

    private static nint Load()
    {
        lock (gate)
        {
            return shimHandle != 0 ? shimHandle : shimHandle = LoadShim();
        }
    }

    private static nint LoadShim()
    {
        string[] folders = [.. SearchFolders().Select(Path.TrimEndingDirectorySeparator).Distinct()];
        string shim = Find(folders, Shim) ?? throw ShimIsMissing(folders);
        PreloadDependencies(folders);
        try
        {
            return NativeLibrary.Load(shim);
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            return LoadWeakened(shim, refusal);
        }
    }

    /// <summary>Makes the libraries resident that the shim links to. A private copy of it lies in a folder of its own, from where the
    /// loader would not find them; it takes those that are loaded already, by their names.</summary>
    private static void PreloadDependencies(string[] folders)
    {
        // All from one folder: two builds of libtorch in one process do not get along.
        string? home = Path.GetDirectoryName(Find(folders, "torch_cpu"));
        foreach (string dependency in dependencies)
        {
            string file = FileName(dependency);
            string path = home is null ? file : Path.Combine(home, file);
            try
            {
                // By plain name the system's loader searches its own places, LD_LIBRARY_PATH among them.
                NativeLibrary.Load(File.Exists(path) ? path : file);
            }
            catch (Exception exception) when (IsRefusal(exception))
            {
                throw home is null ? LibTorchIsMissing(folders, exception) : DoesNotLoad(path, exception);
            }
        }
    }

    private static nint LoadWeakened(string shim, Exception refusal)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw DoesNotLoad(shim, refusal);
        }

        byte[] image;
        try
        {
            image = File.ReadAllBytes(shim);
            if (ElfVersionRequirements.Weaken(image, UnavailableVersion) == 0)
            {
                throw DoesNotLoad(shim, refusal);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            throw DoesNotLoad(shim, refusal, exception);
        }

        // The folder for temporary files may be full, read-only, or mounted so that nothing in it can be executed.
        Func<DirectoryInfo>[] places =
        [
            () => Directory.CreateTempSubdirectory("declarative-"),
            () => Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"declarative-{Guid.NewGuid():N}")),
        ];
        var reasons = new List<Exception> { refusal };
        foreach (Func<DirectoryInfo> createFolder in places)
        {
            try
            {
                return LoadCopy(image, createFolder().FullName);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException || IsRefusal(exception))
            {
                reasons.Add(exception);
            }
        }

        throw DoesNotLoad(shim, [.. reasons]);
    }

    /// <summary>Loads a library from a folder that is gone afterwards: what is mapped stays mapped.</summary>
    private static nint LoadCopy(byte[] image, string folder)
    {
        try
        {
            string copy = Path.Combine(folder, FileName(Shim));
            File.WriteAllBytes(copy, image);
            return NativeLibrary.Load(copy);
        }
        finally
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A file left behind is no reason to fail.
            }
        }
    }

    /// <summary>Whether the system's loader refused a library. Windows has an exception of its own for the wrong architecture.</summary>
    private static bool IsRefusal(Exception exception) => exception is DllNotFoundException or BadImageFormatException;

    private static IEnumerable<string> SearchFolders()
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

    private static string? Find(string[] folders, string library) =>
        folders.Select(folder => Path.Combine(folder, FileName(library))).FirstOrDefault(File.Exists);

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? library + ".dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>The portable runtime identifier. RuntimeInformation's names the distribution where that has built its own .NET.</summary>
    private static string Rid
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
            return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    /// <summary>The folder of TorchSharp.dll; empty in a single-file application.</summary>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location is expected, and means no folder.")]
    private static string TorchSharpFolder => Path.GetDirectoryName(TorchSharpAssembly.Location) ?? "";

    /// <summary>Whether TorchSharp.dll lies in a NuGet package, as in a notebook. There packages are separate folders, and TorchSharp
    /// gathers their native libraries itself, which is right: it must neither be stopped nor reported as missing.</summary>
    private static bool TorchSharpMayFindPackages =>
        TorchSharpFolder.Length > 0 && Directory.Exists(Path.Combine(TorchSharpFolder, "..", "..", "runtimes", Rid, "native"));

    private static LibTorchLoadException LibTorchIsMissing(string[] folders, Exception exception)
    {
        string version = TorchSharpAssembly.GetName().Version?.ToString(3) ?? "*";
        string gpu = OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux";
        string packages = OperatingSystem.IsMacOS() ? "package TorchSharp-cpu"
            : $"package TorchSharp-cpu, or {gpu} for an NVIDIA GPU,";
        return new LibTorchLoadException(
            $"""
            libtorch, the native library under TorchSharp, was not found ({FileName("torch_cpu")}).
            Add {packages} to the project of the application, in TorchSharp's version:
                dotnet add package TorchSharp-cpu --version {version}
            {Searched(folders)}
            """, exception);
    }

    private static LibTorchLoadException ShimIsMissing(string[] folders) => new(
        $"""
        {FileName(Shim)}, TorchSharp's own native library, was not found. It is in package TorchSharp for linux-x64, win-x64, win-arm64 and
        osx-arm64; this process is {Rid}. An application published for one platform does not run on another.
        {Searched(folders)}
        """);

    private static LibTorchLoadException DoesNotLoad(string path, params Exception[] reasons)
    {
        var message = new StringBuilder().Append($"The native library {path} does not load on this machine:");
        foreach (Exception reason in reasons)
        {
            message.AppendLine().Append("    ").Append(reason.Message.TrimEnd());
        }

        return new LibTorchLoadException(message.ToString(), reasons[0]);
    }

    private static string Searched(string[] folders) =>
        "Searched: " + string.Join(", ", folders) + ", and where the system's loader looks.";
}
