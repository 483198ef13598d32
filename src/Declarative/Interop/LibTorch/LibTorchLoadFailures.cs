using System.Text;

namespace Declarative.Interop;

/// <summary>Why libtorch cannot be loaded, and what to do, in words.</summary>
internal static class LibTorchLoadFailures
{
    /// <summary>There is no libtorch in the application's folders, nor where the system looks.</summary>
    public static LibTorchLoadException LibTorchIsMissing(string[] folders, Exception exception)
    {
        string gpu = OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux";
        string packages = OperatingSystem.IsMacOS() ? "package TorchSharp-cpu"
            : $"package TorchSharp-cpu, or {gpu} for an NVIDIA GPU,";
        return new LibTorchLoadException(
            $"""
            libtorch, the native library under TorchSharp, was not found ({NativeFolders.FileName("torch_cpu")}).
            Add {packages} to the project of the application, in TorchSharp's version:
                dotnet add package TorchSharp-cpu --version {NativeFolders.TorchSharpVersion}
            Where PyTorch is installed, its libtorch does as well: let LD_LIBRARY_PATH name its folder torch/lib.
            {Searched(folders)}
            """, exception);
    }

    /// <summary>There is no library of TorchSharp's own.</summary>
    public static LibTorchLoadException ShimIsMissing(string[] folders) => new(
        $"""
        {NativeFolders.FileName(NativeLibraries.Shim)}, TorchSharp's own native library, was not found. It is in package TorchSharp for linux-x64, win-x64, win-arm64 and
        osx-arm64; this process is {NativeFolders.Rid}. An application published for one platform does not run on another.
        {Searched(folders)}
        """);

    /// <summary>A library is there, and the system refuses it.</summary>
    public static LibTorchLoadException DoesNotLoad(string path, params Exception[] reasons)
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
