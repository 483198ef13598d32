using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Declarative.Tests;

/// <summary>A test that compiles a program ahead of time; skipped, with its reason, where that cannot be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeAotFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> reason = new(Obstacle);

    public NativeAotFactAttribute() => Skip = reason.Value;

    private static string? Obstacle()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return "It compiles for linux-x64.";
        // As NativeAOT's own build does: clang, or else gcc.
        string? compiler = new[] { "clang", "gcc" }.FirstOrDefault(name => Succeeds(name, "--version"));
        if (compiler is null)
            return "NativeAOT links with clang or gcc, and neither is installed.";
        DirectoryInfo folder = Directory.CreateTempSubdirectory("declarative-toolchain-");
        try
        {
            string source = Path.Combine(folder.FullName, "empty.c");
            File.WriteAllText(source, "int main(void) { return 0; }\n");
            // A compiler alone is not enough: the linker and the C library's files for development are packages of their own.
            return Succeeds(compiler, source, "-o", Path.Combine(folder.FullName, "empty"), "-lz", "-lm", "-ldl", "-lpthread") ? null
                : $"NativeAOT links with {compiler}, which cannot link here: the C library's or zlib's files for development are missing.";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            // A few lines, which fit into the pipes.
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
