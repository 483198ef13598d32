namespace Declarative.Interop;

/// <summary>Whether libtorch is of another version than TorchSharp is built for, and what a run should say of it.</summary>
internal static class LibTorchMismatch
{
    private static readonly Lazy<string?> note = new(Find);

    /// <summary>What the log should say; null where libtorch is as expected. libtorch must be loaded.</summary>
    public static string? Note => note.Value;

    // The comparison takes milliseconds, so it is made only where there is a reason.
    private static string? Find() => !OperatingSystem.IsLinux() || LibTorchBuild.OfLoaded().Version == LibTorchBuild.Expected ? null
        : NativeLibraries.Examine(asksForCuda: false).Warning;
}
