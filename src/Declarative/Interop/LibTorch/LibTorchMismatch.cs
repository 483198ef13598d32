namespace Declarative.Interop;

/// <summary>Whether libtorch is of another version than TorchSharp is built for, and what a run should say of it.</summary>
internal static class LibTorchMismatch
{
    private static readonly Lazy<string?> note = new(Find);

    /// <summary>What the log should say; null where libtorch is as expected. libtorch must be loaded.</summary>
    public static string? Note => note.Value;

    /// <summary>Why TorchSharp does not load with a libtorch; null where that lacks nothing that must be there at once.</summary>
    /// <param name="symbols">What it lacks.</param>
    /// <param name="version">Its version.</param>
    /// <param name="folder">Where it lies.</param>
    /// <param name="refusal">What the system's loader said.</param>
    public static LibTorchLoadException? Refusal(LibTorchSymbols symbols, Version? version, string? folder, Exception refusal) => symbols.MissingAtLoad.Length == 0 ? null : new(
        $"""
        libtorch {version?.ToString() ?? "of an unknown version"} lacks {symbols.MissingAtLoad.Length} of the functions without which TorchSharp {NativeFolders.TorchSharpVersion} does not load: {LibTorchReport.Told(symbols.MissingAtLoad)}.
        TorchSharp is built for libtorch {LibTorchBuild.Expected}: take a PyTorch of that version, or the package with its libtorch.
        Found: {folder}
        """, refusal);

    // The comparison takes milliseconds, so it is made only where there is a reason.
    private static string? Find() => !OperatingSystem.IsLinux() || LibTorchBuild.OfLoaded().Version == LibTorchBuild.Expected ? null
        : NativeLibraries.Examine(asksForCuda: false).Warning;
}
