using System.Text;

namespace Declarative.Interop;

/// <summary>What this process has found of libtorch, and whether it will do: made by <see cref="NativeLibraries.Examine"/>.</summary>
/// <remarks>TorchSharp is built for one version of libtorch. Another one may lack functions that it calls: some it needs to load at all, of others the
/// first call ends the process, and no exception tells of it. So they are looked up beforehand. On Linux; elsewhere nothing is known.</remarks>
public sealed record LibTorchReport
{
    private const int NamesTold = 6;

    internal LibTorchReport()
    {
    }

    /// <summary>The folder that libtorch was loaded from; null where it was not.</summary>
    public string? Folder { get; internal init; }

    /// <summary>The version that was found; null where it does not say.</summary>
    public Version? Version { get; internal init; }

    /// <summary>The version that TorchSharp is built for.</summary>
    public Version ExpectedVersion { get; internal init; } = LibTorchBuild.Expected;

    /// <summary>The functions that libtorch lacks and without which TorchSharp does not load, by their C++ names.</summary>
    public IReadOnlyList<string> MissingAtLoad { get; internal init; } = [];

    /// <summary>The functions that libtorch lacks and of which the first call ends the process, by their C++ names.</summary>
    public IReadOnlyList<string> MissingAtCall { get; internal init; } = [];

    /// <summary>Why TorchSharp does not load; null where it does.</summary>
    public string? Obstacle { get; internal init; }

    /// <summary>Whether TorchSharp runs here, if only on the CPU.</summary>
    public bool CanRun => Obstacle is null;

    /// <summary>Why there is no CUDA; null where there is, or where that was not asked.</summary>
    public string? CudaObstacle { get; internal init; }

    /// <summary>The GPUs that CUDA offers, as in <c>cuda:0 NVIDIA H100, compute capability 9.0, 80 GiB</c>.</summary>
    public IReadOnlyList<string> Gpus { get; internal init; } = [];

    /// <summary>How many of libtorch's functions and other symbols TorchSharp needs; 0 where that was not examined.</summary>
    internal int Needed { get; init; }

    /// <summary>What a program had better say when it begins: that libtorch is of another version, and what it lacks. Null where it is the expected
    /// one.</summary>
    public string? Warning => Obstacle is not null || Needed == 0 || (Version == ExpectedVersion && MissingAtCall.Count == 0) ? null
        : $"libtorch is {Found}, and TorchSharp is built for {ExpectedVersion}: " + (MissingAtCall.Count == 0 ? "it has all functions that TorchSharp calls"
            : $"it lacks {MissingAtCall.Count} functions, and a call of one ends the process without a message: {Told(MissingAtCall)}");

    private string Found => Version?.ToString() ?? "of an unknown version";

    /// <summary>Some lines that a person can read.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"libtorch      {(Folder is null ? "not found" : $"{Found}, in {Folder}")}");
        text.AppendLine($"TorchSharp    {NativeFolders.TorchSharpVersion}, built for libtorch {ExpectedVersion}: {(Obstacle is null ? "loads" : "does not load")}");
        if (Needed > 0)
        {
            text.AppendLine($"functions     {Needed} needed, "
                + (MissingAtLoad.Count + MissingAtCall.Count == 0 ? "none missing" : $"{MissingAtLoad.Count + MissingAtCall.Count} missing"));
            if (MissingAtLoad.Count > 0)
                text.AppendLine($"              {MissingAtLoad.Count} without which it does not load: {Told(MissingAtLoad)}");
            if (MissingAtCall.Count > 0)
                text.AppendLine($"              {MissingAtCall.Count} of which a call ends the process: {Told(MissingAtCall)}");
        }

        if (Obstacle is not null)
            text.AppendLine("obstacle      " + Obstacle.ReplaceLineEndings(Environment.NewLine + "              "));
        else if (CudaObstacle is not null)
            text.AppendLine($"CUDA          no: {CudaObstacle}");
        foreach (string gpu in Gpus)
            text.AppendLine($"CUDA          {gpu}");
        return text.ToString();
    }

    internal static string Told(IReadOnlyList<string> names) => string.Join(", ", names.Take(NamesTold)) + (names.Count > NamesTold ? ", ..." : "");
}
