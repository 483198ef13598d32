using System.IO.Compression;
using System.Xml.Linq;

namespace Declarative.Tests;

/// <summary>A folder with the packages of what this test run was built with, as a source of packages.</summary>
public sealed class LocalFeed : IDisposable
{
    /// <summary>The version of the packages here, which no other source has.</summary>
    public const string Version = "0.1.0-consumer";

    private static readonly TimeSpan timeout = TimeSpan.FromMinutes(5);

    /// <summary>Packs.</summary>
    public LocalFeed()
    {
        foreach (string package in new[] { "Declarative", "Declarative.Reporting" })
        {
            string project = Path.Combine(Repository.Root, "src", package, $"{package}.csproj");
            Command.Run(Command.Dotnet, Repository.Root, timeout, Command.BuildEnvironment, ["pack", project, "--no-build", "-nologo", "-nodeReuse:false",
                "-c", Repository.Configuration, "-o", Folder, $"-p:PackageVersion={Version}"]).MustSucceed();
        }
    }

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("declarative-feed-").FullName;

    /// <summary>The names of the files in a package, without those of the format itself.</summary>
    /// <param name="package">The package's name.</param>
    /// <param name="extension">nupkg, or snupkg for the symbols.</param>
    public string[] Files(string package, string extension = "nupkg")
    {
        using ZipArchive archive = Open(package, extension);
        return [.. archive.Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal)
                && name != "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The contents of a file in a package.</summary>
    public byte[] Read(string package, string file, string extension = "nupkg")
    {
        using ZipArchive archive = Open(package, extension);
        using Stream stream = archive.GetEntry(file)!.Open();
        using var contents = new MemoryStream();
        stream.CopyTo(contents);
        return contents.ToArray();
    }

    /// <summary>What a package says of itself.</summary>
    public XElement Metadata(string package)
    {
        using var contents = new MemoryStream(Read(package, $"{package}.nuspec"));
        return XDocument.Load(contents).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private ZipArchive Open(string package, string extension) => ZipFile.OpenRead(Path.Combine(Folder, $"{package}.{Version}.{extension}"));
}
