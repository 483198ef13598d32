using System.Diagnostics;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>What a reader must know of the device and of the libtorch that is loaded.</summary>
internal static partial class DeviceDescription
{
    /// <summary>The device's name and libtorch's version.</summary>
    public static string Of(Device device) => $"{(device.type == DeviceType.CUDA ? Gpu(device.index) : Processor())}, libtorch {LibTorch()}";

    private static string Gpu(int index)
    {
        string[] names = Output("nvidia-smi", "--query-gpu=name", "--format=csv,noheader").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length == 0 ? "a GPU whose name is not known" : names[Math.Clamp(index, 0, names.Length - 1)];
    }

    private static string Processor()
    {
        string? line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return $"{line?[(line.IndexOf(':') + 1)..].Trim() ?? "a processor"}, {(get_num_threads() == 1 ? "one thread" : $"{get_num_threads()} threads")}";
    }

    // Of the library that is loaded, whichever it is: an installed PyTorch says it beside its libraries, a package's folder by its name.
    private static string LibTorch()
    {
        const string Library = "libtorch_cpu.so";
        string? path = File.Exists("/proc/self/maps") ? File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.EndsWith("/" + Library, StringComparison.Ordinal)) : null;
        if (path is null)
            return "of an unknown version";
        string file = path[path.IndexOf('/')..];
        string beside = Path.Combine(Path.GetDirectoryName(file)!, "..", "version.py");
        Match match = File.Exists(beside) ? WrittenVersion().Match(File.ReadAllText(beside)) : PackageVersion().Match(file);
        return match.Success ? match.Groups[1].Value : "of an unknown version";
    }

    private static string Output(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }

    [GeneratedRegex("__version__ = ['\"]([^'\"]+)")]
    private static partial Regex WrittenVersion();

    [GeneratedRegex(@"/(\d+\.\d+\.\d+[^/]*)/")]
    private static partial Regex PackageVersion();
}
