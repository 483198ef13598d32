using System.Runtime.InteropServices;

namespace Declarative.Tests.Interop;

/// <summary>A test of TorchSharp's library for Linux on x86-64.</summary>
internal sealed class LinuxX64FactAttribute : FactAttribute
{
    public LinuxX64FactAttribute() =>
        Skip = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 ? null : "The library is that of Linux on x86-64.";
}
