using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Declarative.Tests.Samples;

/// <summary>A sample as a user runs it: a process of its own, in a folder of its own.</summary>
internal sealed class SampleRun(string name) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("declarative-sample-").FullName;

    /// <summary>The path of a file or folder in the folder that it runs in.</summary>
    public string File(params string[] path) => Path.Combine([folder, .. path]);

    public SampleResult Run(string arguments) => Run(arguments, _ => { });

    /// <summary>Runs it, and does something to the process when it has begun to write.</summary>
    public SampleResult Run(string arguments, Action<Process> once)
    {
        Assembly here = typeof(SampleRun).Assembly;
        string root = here.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;
        string configuration = here.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string program = Path.GetFullPath(Path.Combine(root, "samples", name, "bin", configuration, "net10.0", RuntimeInformation.RuntimeIdentifier, $"{name}.dll"));
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments.Split(' ')])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string first = process.StandardOutput.ReadLine() is { } line ? line + "\n" : "";
        once(process);
        string output = first + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, errors.Result);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

/// <summary>How a sample ended and what it wrote.</summary>
internal sealed record SampleResult(int ExitCode, string Output, string Errors)
{
    public void MustSucceed()
    {
        Assert.True(ExitCode == 0, Errors);
        Assert.Empty(Errors);
    }

    /// <summary>Nothing but one line that names what cannot be done, and exit code 2.</summary>
    public void MustBeRefused(string culprit)
    {
        Assert.Equal(2, ExitCode);
        string line = Assert.Single(Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(culprit, line);
        Assert.Empty(Output);
    }
}
