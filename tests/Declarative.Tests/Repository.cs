using System.Reflection;
using System.Xml.Linq;

namespace Declarative.Tests;

/// <summary>Where this test run was built, and of what.</summary>
internal static class Repository
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = Path.GetFullPath(Metadata("RepositoryRoot"));

    /// <summary>The folder that packages were restored to.</summary>
    public static string PackageFolder { get; } = Metadata("PackageFolder");

    /// <summary>Release or Debug.</summary>
    public static string Configuration { get; } = typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The version of a package that the repository uses.</summary>
    public static string PackageVersion(string package) => XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
        .Single(element => (string?)element.Attribute("Include") == package).Attribute("Version")!.Value;

    private static string Metadata(string key) => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(attribute => attribute.Key == key)?.Value
        ?? throw new InvalidOperationException($"The test project has no AssemblyMetadata item {key}.");
}
