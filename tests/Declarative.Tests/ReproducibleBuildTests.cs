using System.Xml.Linq;

namespace Declarative.Tests;

/// <summary>What is published depends on its sources alone.</summary>
public sealed class ReproducibleBuildTests
{
    private static readonly TimeSpan timeout = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Two_folders_give_the_same_library_to_the_bit()
    {
        using var first = new SourceCopy();
        using var second = new SourceCopy("deeper", "down");
        await Task.WhenAll(Task.Run(first.Build), Task.Run(second.Build));
        foreach (string file in new[] { "Declarative.dll", "Declarative.pdb", "Declarative.xml" })
            Assert.True(first.Output(file).AsSpan().SequenceEqual(second.Output(file)), file);
    }

    /// <summary>The library's sources in a folder of their own, without git, to be built with the generator that this test run has built.</summary>
    private sealed class SourceCopy : IDisposable
    {
        private static readonly string project = Path.Combine("src", "Declarative");
        private readonly string temporary = Directory.CreateTempSubdirectory("declarative-sources-").FullName;
        private readonly string folder;

        public SourceCopy(params string[] below)
        {
            folder = Path.Combine([temporary, .. below]);
            string[] bin = [Path.Combine(project, "bin") + Path.DirectorySeparatorChar, Path.Combine(project, "obj") + Path.DirectorySeparatorChar];
            string[] files = ["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig",
                Path.Combine("src", "Directory.Build.props"),
                .. Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(Repository.Root, file))
                    .Where(file => !bin.Any(start => file.StartsWith(start, StringComparison.Ordinal)))];
            foreach (string file in files)
            {
                string copy = Path.Combine(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(Path.Combine(Repository.Root, file), copy);
            }
            string generator = Path.Combine(Repository.Root, "generators", "Declarative.Generators", "bin", Repository.Configuration, "netstandard2.0",
                "Declarative.Generators.dll");
            File.WriteAllText(Path.Combine(folder, "Directory.Build.targets"),
                new XElement("Project", new XElement("ItemGroup", new XElement("Analyzer", new XAttribute("Include", generator)))).ToString());
        }

        // The analyzers, which change nothing in what is compiled, have seen these sources already.
        public void Build() => Command.Run(Command.Dotnet, folder, timeout, Command.BuildEnvironment, ["build", project, "-c", "Release", "-nologo",
            "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false", "-p:NuGetAudit=false"]).MustSucceed();

        public byte[] Output(string file) => File.ReadAllBytes(Path.Combine(folder, project, "bin", "Release", "net10.0", file));

        public void Dispose() => Directory.Delete(temporary, recursive: true);
    }
}
