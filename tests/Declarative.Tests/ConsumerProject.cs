using System.Xml.Linq;

namespace Declarative.Tests;

/// <summary>
/// A project of a user's, in a temporary folder outside the repository: it references the Declarative and the generator that this
/// test run was built with, as files or as a package, and is restored, built, run and published by the real <c>dotnet</c>.
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
    /// <param name="feed">Where it finds the package Declarative.Reporting, and through it Declarative; without it, it references the assemblies.</param>
    public ConsumerProject(string program, string[] packages, bool warningsAsErrors = true, bool isNative = false, LocalFeed? feed = null)
    {
        Folder = Directory.CreateTempSubdirectory("declarative-consumer-").FullName;
        // Nothing above the folder is to have a say, whatever the temporary folder lies in.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write(".editorconfig", "root = true");
        // Whoever refers to the package knows none of the repository's pinned versions.
        if (feed is null)
            File.Copy(Path.Combine(Repository.Root, "Directory.Packages.props"), Path.Combine(Folder, "Directory.Packages.props"));
        else
            Write("Directory.Packages.props", "<Project />");
        Write($"{Name}.csproj", ProjectFile(packages, warningsAsErrors, isNative, feed).ToString());
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

    private static string Generator { get; } =
        Path.GetFullPath(Path.Combine(Repository.Root, "generators", "Declarative.Generators", "bin", Repository.Configuration, "netstandard2.0",
            "Declarative.Generators.dll"));

    /// <summary>Writes a file of the project's.</summary>
    public void Write(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text);

    /// <summary>Restores and builds.</summary>
    public CommandResult Build() => Dotnet(buildTimeout, Command.BuildEnvironment, ["build", .. BuildArguments, "-o", Output]);

    /// <summary>Publishes, framework-dependent or native; builds what is not built yet.</summary>
    public CommandResult Publish()
    {
        CommandResult result = Dotnet(buildTimeout, Command.BuildEnvironment, ["publish", .. BuildArguments, "-o", PublishOutput]);
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
    public CommandResult RunNative(params string[] arguments) =>
        Command.Run(Path.Combine(PublishOutput, Name), Folder, runTimeout, RunEnvironment, arguments);

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

    // The runtime's own temporary files are for debuggers.
    private Dictionary<string, string> RunEnvironment => new()
    {
        [OperatingSystem.IsWindows() ? "TMP" : "TMPDIR"] = Temporary,
        ["DOTNET_EnableDiagnostics"] = "0",
    };

    private static XElement ProjectFile(string[] packages, bool warningsAsErrors, bool isNative, LocalFeed? feed)
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
                new XElement("DefaultItemExcludes", "$(DefaultItemExcludes);out/**;published/**;temporary/**;packages/**"),
                new XElement("InvariantGlobalization", true),
                // No question to a server: tests must give the same result every day.
                new XElement("NuGetAudit", false),
                // libtorch is half a gigabyte: it is linked, not copied.
                new XElement("CreateSymbolicLinksForCopyLocalIfPossible", true),
                new XElement("CreateSymbolicLinksForPublishFilesIfPossible", true)),
            feed is null ? [References(packages)] : PackageReferences(packages, feed),
            // TorchSharp finds a module's parameters by reflection over its fields, so they must not be trimmed.
            isNative ? new XElement("ItemGroup", new XElement("TrimmerRootAssembly", new XAttribute("Include", Name))) : null);
    }

    private static XElement References(string[] packages) => new("ItemGroup",
        packages.Select(package => new XElement("PackageReference", new XAttribute("Include", package))),
        new XElement("Reference", new XAttribute("Include", "Declarative"),
            new XElement("HintPath", typeof(Declarative.Interop.NativeLibraries).Assembly.Location)),
        new XElement("Analyzer", new XAttribute("Include", Generator)));

    // Into a folder of its own, so that the machine's never holds a package of a test's; what is no package of ours is taken from there.
    private static object[] PackageReferences(string[] packages, LocalFeed feed) =>
    [
        new XElement("PropertyGroup",
            new XElement("RestoreAdditionalProjectSources", feed.Folder),
            new XElement("RestorePackagesPath", "packages"),
            new XElement("RestoreAdditionalProjectFallbackFolders", Repository.PackageFolder)),
        new XElement("ItemGroup",
            PackageReference("Declarative.Reporting", LocalFeed.Version),
            packages.Select(package => PackageReference(package, Repository.PackageVersion(package)))),
    ];

    private static XElement PackageReference(string name, string version) =>
        new("PackageReference", new XAttribute("Include", name), new XAttribute("Version", version));

    private CommandResult Dotnet(TimeSpan timeout, Dictionary<string, string> environment, string[] arguments) =>
        Command.Run(Command.Dotnet, Folder, timeout, environment, arguments);
}
