using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Declarative.Tests;

/// <summary>
/// A project of a user's, in a temporary folder outside the repository: it references the Declarative and the generator that this
/// test run was built with, and is restored, built, run and published by the real <c>dotnet</c>.
/// </summary>
internal sealed class ConsumerProject : IDisposable
{
    private const string Name = "Consumer";
    private static readonly TimeSpan buildTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan runTimeout = TimeSpan.FromMinutes(2);

    /// <param name="program">The text of Program.cs.</param>
    /// <param name="packages">Packages to reference; their versions are the repository's.</param>
    /// <param name="warningsAsErrors">Whether a warning fails the build.</param>
    /// <param name="isNative">Whether <see cref="Publish"/> compiles it ahead of time, by NativeAOT.</param>
    public ConsumerProject(string program, string[] packages, bool warningsAsErrors = true, bool isNative = false)
    {
        Folder = Directory.CreateTempSubdirectory("declarative-consumer-").FullName;
        // Nothing above the folder is to have a say, whatever the temporary folder lies in.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write(".editorconfig", "root = true");
        File.Copy(Path.Combine(RepositoryRoot, "Directory.Packages.props"), Path.Combine(Folder, "Directory.Packages.props"));
        Write($"{Name}.csproj", ProjectFile(packages, warningsAsErrors, isNative).ToString());
        Write("Program.cs", program);
        Directory.CreateDirectory(Temporary);
    }

    /// <summary>The project's folder.</summary>
    public string Folder { get; }

    /// <summary>The folder that <see cref="Build"/> fills and <see cref="Run"/> runs.</summary>
    public string Output => Path.Combine(Folder, "out");

    /// <summary>The folder that <see cref="Publish"/> fills and <see cref="RunPublished"/> runs.</summary>
    public string PublishOutput => Path.Combine(Folder, "published");

    /// <summary>The folder that what runs has for its temporary files.</summary>
    public string Temporary => Path.Combine(Folder, "temporary");

    private static string RepositoryRoot { get; } = typeof(ConsumerProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(attribute => attribute.Key == "RepositoryRoot")?.Value
        ?? throw new InvalidOperationException("The test project has no AssemblyMetadata item RepositoryRoot.");

    private static string Configuration { get; } =
        typeof(ConsumerProject).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static string Generator { get; } =
        Path.GetFullPath(Path.Combine(RepositoryRoot, "generators", "Declarative.Generators", "bin", Configuration, "netstandard2.0",
            "Declarative.Generators.dll"));

    /// <summary>Writes a file of the project's.</summary>
    public void Write(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text);

    /// <summary>Restores and builds.</summary>
    public CommandResult Build() => Dotnet(buildTimeout, BuildEnvironment, ["build", .. BuildArguments, "-o", Output]);

    /// <summary>Publishes, framework-dependent or native; builds what is not built yet.</summary>
    public CommandResult Publish()
    {
        CommandResult result = Dotnet(buildTimeout, BuildEnvironment, ["publish", .. BuildArguments, "-o", PublishOutput]);
        if (result.ExitCode != 0)
        {
            return result;
        }

        // The host follows the link of the application's own assembly, and would run what lies in obj, beside its target.
        foreach (FileInfo file in new DirectoryInfo(PublishOutput).GetFiles())
        {
            if (file.LinkTarget is { } target && Path.GetFullPath(target, PublishOutput).StartsWith(Folder, StringComparison.Ordinal))
            {
                file.Delete();
                File.Copy(Path.GetFullPath(target, PublishOutput), file.FullName);
            }
        }

        return result;
    }

    /// <summary>Runs what was built.</summary>
    public CommandResult Run(params string[] arguments) =>
        Dotnet(runTimeout, RunEnvironment, [Path.Combine(Output, $"{Name}.dll"), .. arguments]);

    /// <summary>Runs what was built, with an environment variable set.</summary>
    public CommandResult RunWith(string variable, string value, params string[] arguments) =>
        Dotnet(runTimeout, new(RunEnvironment) { [variable] = value }, [Path.Combine(Output, $"{Name}.dll"), .. arguments]);

    /// <summary>Runs what was published.</summary>
    public CommandResult RunPublished(params string[] arguments) =>
        Dotnet(runTimeout, RunEnvironment, [Path.Combine(PublishOutput, $"{Name}.dll"), .. arguments]);

    /// <summary>Runs what was published natively.</summary>
    public CommandResult RunNative(params string[] arguments) => Command(Path.Combine(PublishOutput, Name), runTimeout, RunEnvironment, arguments);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder left among the temporary ones must not hide what a test found.
        }
    }

    // Build servers would outlive the tests, and hold the generator that the next build wants to replace.
    private static string[] BuildArguments =>
        [$"{Name}.csproj", "-c", "Release", "-nologo", "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"];

    private static Dictionary<string, string> BuildEnvironment => new()
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["DOTNET_NOLOGO"] = "1",
    };

    // The runtime's own temporary files are for debuggers.
    private Dictionary<string, string> RunEnvironment => new()
    {
        [OperatingSystem.IsWindows() ? "TMP" : "TMPDIR"] = Temporary,
        ["DOTNET_EnableDiagnostics"] = "0",
    };

    private static XElement ProjectFile(string[] packages, bool warningsAsErrors, bool isNative)
    {
        if (!File.Exists(Generator))
        {
            throw new FileNotFoundException("The generator is not built.", Generator);
        }

        return new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup",
                new XElement("OutputType", "Exe"),
                new XElement("TargetFramework", "net10.0"),
                new XElement("Nullable", "enable"),
                new XElement("ImplicitUsings", "enable"),
                new XElement("TreatWarningsAsErrors", warningsAsErrors),
                new XElement("UseCurrentRuntimeIdentifier", true),
                isNative ? new XElement("PublishAot", true) : new XElement("SelfContained", false),
                // Nobody debugs it, and stripping needs one more tool.
                isNative ? new XElement("StripSymbols", false) : new XElement("UseAppHost", false),
                // Otherwise a second build takes the first one's output for the project's own files, assemblies to reference among them.
                new XElement("DefaultItemExcludes", "$(DefaultItemExcludes);out/**;published/**;temporary/**"),
                new XElement("InvariantGlobalization", true),
                // No question to a server: tests must give the same result every day.
                new XElement("NuGetAudit", false),
                // libtorch is half a gigabyte: it is linked, not copied.
                new XElement("CreateSymbolicLinksForCopyLocalIfPossible", true),
                new XElement("CreateSymbolicLinksForPublishFilesIfPossible", true)),
            new XElement("ItemGroup",
                packages.Select(package => new XElement("PackageReference", new XAttribute("Include", package))),
                new XElement("Reference", new XAttribute("Include", "Declarative"),
                    new XElement("HintPath", typeof(Declarative.Interop.NativeLibraries).Assembly.Location)),
                new XElement("Analyzer", new XAttribute("Include", Generator)),
                // TorchSharp finds a module's parameters by reflection over its fields, so they must not be trimmed.
                isNative ? new XElement("TrimmerRootAssembly", new XAttribute("Include", Name)) : null));
    }

    private CommandResult Dotnet(TimeSpan timeout, Dictionary<string, string> environment, string[] arguments) =>
        Command(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", timeout, environment, arguments);

    private CommandResult Command(string file, TimeSpan timeout, Dictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // `dotnet test` hands its own MSBuild's settings down to the tests, where they would steer another MSBuild.
        foreach (string key in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(key);
        }

        foreach ((string key, string value) in environment)
        {
            start.Environment[key] = value;
        }

        var output = new StringBuilder();
        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} took longer than {timeout}:\n{output}");
        }

        // Only this overload waits for the last lines of output.
        process.WaitForExit();
        return new CommandResult($"{file} {string.Join(' ', arguments)}", process.ExitCode, output.ToString());
    }
}

/// <summary>How a command ended, and what it wrote to both of its outputs.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Output)
{
    /// <summary>Fails the test, with all the output, unless the command succeeded.</summary>
    public CommandResult MustSucceed()
    {
        Assert.True(ExitCode == 0, $"{Command} exited with {ExitCode}:\n{Output}");
        return this;
    }
}
