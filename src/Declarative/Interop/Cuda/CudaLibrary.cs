using System.Runtime.InteropServices;

namespace Declarative.Interop;

/// <summary>libtorch's part for NVIDIA GPUs, a library of its own: there only in a libtorch that was built for CUDA.</summary>
/// <param name="File">Where it lies; null where libtorch has none.</param>
/// <param name="Refusal">What the system's loader says against it; null where it is loaded.</param>
/// <param name="IsOfApplication">Whether libtorch lies with the application, or in its packages; else it is one that the system has found, an
/// installed PyTorch's.</param>
internal sealed record CudaLibrary(string? File, string? Refusal, bool IsOfApplication)
{
    private static readonly Lock gate = new();
    private static CudaLibrary? loaded;

    /// <summary>Loads it, once torch_cpu is in the process.</summary>
    /// <remarks>libtorch asks once, at the first call that has to do with CUDA, whether this library is in the process, and believes the answer for
    /// ever. So it must be there before.</remarks>
    public static CudaLibrary Load()
    {
        lock (gate)
        {
            return loaded ??= Search();
        }
    }

    private static CudaLibrary Search()
    {
        string[] folders = NativeFolders.OfApplication();
        bool isOfApplication = NativeFolders.Find(folders, "torch_cpu") is not null;
        // Beside torch_cpu: two builds of libtorch in one process do not get along. Packages may lie in several folders.
        string[] places = isOfApplication ? folders : NativeFolders.OfLoaded("torch_cpu") is { } folder ? [folder] : [];
        if (NativeFolders.Find(places, "torch_cuda") is not { } file)
        {
            return new(null, null, isOfApplication);
        }

        try
        {
            // What it links to itself, by a path where there is one: a private copy of this application's libraries may not name their folder.
            if (NativeFolders.Find(places, "c10_cuda") is { } foundation)
            {
                NativeLibrary.Load(foundation);
            }

            NativeLibrary.Load(file);
            return new(file, null, isOfApplication);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            return new(file, exception.Message.Trim(), isOfApplication);
        }
    }
}
