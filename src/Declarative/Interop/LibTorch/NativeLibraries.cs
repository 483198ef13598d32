using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

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
    internal const string Shim = "LibTorchSharp";
    private const string UnavailableVersion = "GLIBCXX_3.4.32";

    // TorchSharp's method that turns every exception into "not found".
    private const string SwallowingCaller = "TorchSharp.torch.TryLoadNativeLibraryByName";

    private static readonly Lock gate = new();
    private static volatile bool prepared;
    private static volatile bool available;
    private static nint shimHandle;

    /// <summary>libLibTorchSharp's dependencies, in the order of their own.</summary>
    internal static IReadOnlyList<string> Dependencies { get; } = ["c10", "torch_cpu", "torch"];

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
            AssemblyLoadContext.GetLoadContext(NativeFolders.TorchSharpAssembly)!.ResolvingUnmanagedDll += Resolve;
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
        if (!NativeLibrary.TryLoad(Shim, NativeFolders.TorchSharpAssembly, null, out _) && !NativeFolders.TorchSharpMayFindPackages)
        {
            Load();
        }

        available = true;
    }

    /// <summary>
    /// Looks at libtorch before it is used: its version, the functions that TorchSharp calls and it lacks, and whether there is CUDA.
    /// </summary>
    /// <param name="asksForCuda">Whether it asks for GPUs, too; that takes as long as they take to start.</param>
    /// <returns>What there is. Nothing that is missing makes it throw.</returns>
    public static LibTorchReport Examine(bool asksForCuda = true)
    {
        string? obstacle = null;
        try
        {
            Check();
        }
        catch (LibTorchLoadException exception)
        {
            obstacle = exception.Message;
        }

        string? folder = NativeFolders.OfLoaded("torch_cpu");
        if (folder is null)
        {
            return new() { Obstacle = obstacle };
        }

        LibTorchSymbols symbols = NativeFolders.Find(NativeFolders.OfApplication(), Shim) is { } shim ? LibTorchSymbols.Of(shim) : new(0, [], []);
        CudaFacts? cuda = asksForCuda && obstacle is null ? CudaFacts.Gather() : null;
        return new()
        {
            Folder = folder,
            Version = LibTorchBuild.OfLoaded().Version,
            Needed = symbols.Needed,
            MissingAtLoad = symbols.MissingAtLoad,
            MissingAtCall = symbols.MissingAtCall,
            Obstacle = obstacle,
            CudaObstacle = cuda is null ? null : CudaDiagnosis.Of(cuda),
            Gpus = cuda is { IsAvailable: true } ? [.. cuda.Gpus.Select(gpu => gpu.ToString())] : [],
        };
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
        catch (LibTorchLoadException) when (NativeFolders.TorchSharpMayFindPackages)
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
        string[] folders = NativeFolders.OfApplication();
        string shim = NativeFolders.Find(folders, Shim) ?? throw LibTorchLoadFailures.ShimIsMissing(folders);
        PreloadDependencies(folders);
        try
        {
            return NativeLibrary.Load(shim);
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            // The loader names one missing function, mangled, and not the reason.
            return LibTorchMismatch.Refusal(LibTorchSymbols.Of(shim), LibTorchBuild.OfLoaded().Version, NativeFolders.OfLoaded("torch_cpu"), refusal) is { } unfit ? throw unfit : LoadWeakened(shim, refusal);
        }
    }

    /// <summary>Makes the libraries resident that the shim links to. A private copy of it lies in a folder of its own, from where the
    /// loader would not find them; it takes those that are loaded already, by their names.</summary>
    private static void PreloadDependencies(string[] folders)
    {
        // All from one folder: two builds of libtorch in one process do not get along. By its path, as only then the loader says what is wrong with it.
        string? home = Path.GetDirectoryName(NativeFolders.Find(folders, "torch_cpu") ?? NativeFolders.Find(NativeFolders.OfEnvironment(), "torch_cpu"));
        foreach (string dependency in Dependencies)
        {
            string file = NativeFolders.FileName(dependency);
            string path = home is null ? file : Path.Combine(home, file);
            try
            {
                // By plain name the system's loader searches its own places.
                NativeLibrary.Load(File.Exists(path) ? path : file);
            }
            catch (Exception exception) when (IsRefusal(exception))
            {
                throw home is null ? LibTorchLoadFailures.LibTorchIsMissing(folders, exception) : LibTorchLoadFailures.DoesNotLoad(path, exception);
            }

            if (dependency == "torch_cpu")
            {
                // Before anything asks libtorch whether there is CUDA.
                CudaLibrary.Load();
            }
        }
    }

    private static nint LoadWeakened(string shim, Exception refusal)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw LibTorchLoadFailures.DoesNotLoad(shim, refusal);
        }

        byte[] image;
        try
        {
            image = File.ReadAllBytes(shim);
            if (ElfVersionRequirements.Weaken(image, UnavailableVersion) == 0)
            {
                throw LibTorchLoadFailures.DoesNotLoad(shim, refusal);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            throw LibTorchLoadFailures.DoesNotLoad(shim, refusal, exception);
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

        throw LibTorchLoadFailures.DoesNotLoad(shim, [.. reasons]);
    }

    /// <summary>Loads a library from a folder that is gone afterwards: what is mapped stays mapped.</summary>
    private static nint LoadCopy(byte[] image, string folder)
    {
        try
        {
            string copy = Path.Combine(folder, NativeFolders.FileName(Shim));
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
}
