using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;

namespace Declarative.Tests;

/// <summary>What is published: a reference to the package alone brings the library and the generator, and it holds what it should and nothing
/// else.</summary>
public sealed class PackageTests(LocalFeed feed) : IClassFixture<LocalFeed>
{
    private const string Library = "lib/net10.0/Declarative.dll";

    [Fact]
    public void A_package_reference_alone_generates_runs_reports_and_says_what_is_wrong()
    {
        // To Declarative.Reporting, which brings Declarative along.
        const string Observers = "[last]";
        Assert.Contains(Observers, ConsumerTests.Program);
        string program = ConsumerTests.Program.Replace(Observers, "fix ? [last] : [last, new Declarative.Reporting.HtmlReport(\"report.html\")]", StringComparison.Ordinal);
        using var consumer = new ConsumerProject(program, ["TorchSharp-cpu"], feed: feed);
        consumer.Write("HeavyBall.cs", ConsumerTests.Usings + ConsumerTests.HeavyBall);
        consumer.Build().MustSucceed();
        ConsumerTests.MustAgree(consumer.Run().MustSucceed().Output);
        string report = File.ReadAllText(Path.Combine(consumer.Folder, "report.html"));
        Assert.Contains("Completed: all 8 steps.", report);
        Assert.Contains("data:image/png;base64,iVBOR", report);

        const string Unknown = "erfinv(gradient)";
        string wrong = ConsumerTests.Usings + ConsumerTests.HeavyBall.Replace("+ gradient +", $"+ {Unknown} +", StringComparison.Ordinal);
        consumer.Write("HeavyBall.cs", wrong);
        ConsumerTests.MustFailAt(consumer.Build(), wrong, Unknown);
    }

    [Fact]
    public void Declarative_holds_the_library_the_generator_its_fixes_and_the_papers()
    {
        Assert.Equal(
            ["Declarative.nuspec", "README.md", "analyzers/dotnet/cs/Declarative.CodeFixes.dll", "analyzers/dotnet/cs/Declarative.Generators.dll",
                "icon.png", Library, "lib/net10.0/Declarative.xml"],
            feed.Files("Declarative"));
        Assert.Equal(["Declarative.nuspec", "lib/net10.0/Declarative.pdb"], feed.Files("Declarative", "snupkg"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, "README.md")), feed.Read("Declarative", "README.md"));
        HasPapers(feed.Metadata("Declarative"));
        // Which build of libtorch is used is the user's choice. What else there is are the versions pinned for a package of these.
        string[] dependencies = [.. Dependencies("Declarative").Select(Id)];
        Assert.Contains("TorchSharp", dependencies);
        Assert.Contains("MathNet.Numerics", dependencies);
        Assert.DoesNotContain("TorchSharp-cpu", dependencies);
        Assert.All(dependencies, name => Repository.PackageVersion(name));
    }

    [Fact]
    public void Reporting_brings_declarative_with_its_generator_and_the_font_s_licence()
    {
        string[] files = feed.Files("Declarative.Reporting");
        Assert.Equal(["lib/net10.0/Declarative.Reporting.dll", "lib/net10.0/Declarative.Reporting.xml"],
            files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)));
        Assert.Contains("licenses/DejaVuSans.txt", files);
        Assert.Contains("README.md", files);
        Assert.Contains("icon.png", files);
        Assert.Contains("lib/net10.0/Declarative.Reporting.pdb", feed.Files("Declarative.Reporting", "snupkg"));
        HasPapers(feed.Metadata("Declarative.Reporting"));
        XElement declarative = Dependencies("Declarative.Reporting").Single(dependency => Id(dependency) == "Declarative");
        Assert.Equal("All", (string?)declarative.Attribute("include"));
        Assert.DoesNotContain("TorchSharp-cpu", Dependencies("Declarative.Reporting").Select(Id));
    }

    // The compiler, which loads them, has nothing but itself; an editor has the workspaces as well.
    [Theory]
    [InlineData("Declarative.Generators", false)]
    [InlineData("Declarative.CodeFixes", true)]
    public void What_the_compiler_loads_needs_nothing_that_it_lacks(string assembly, bool isOfEditors)
    {
        using var file = new PEReader(ImmutableArray.Create(feed.Read("Declarative", $"analyzers/dotnet/cs/{assembly}.dll")));
        MetadataReader metadata = file.GetMetadataReader();
        string[] needed = [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))];
        string[] known = ["netstandard", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "System.Collections.Immutable", "System.Memory",
            "System.Composition.AttributedModel", "Declarative.Generators"];
        Assert.All(needed, name => Assert.True(known.Contains(name) || (isOfEditors && name.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal)), name));
    }

    [Fact]
    public void The_library_names_no_folder_of_this_machine()
    {
        // Where one debugs what one builds, the folders are of use.
        if (Repository.Configuration != "Release")
            return;
        string root = Repository.Root.TrimEnd(Path.DirectorySeparatorChar);
        foreach (string package in (string[])["Declarative", "Declarative.Reporting"])
        {
            byte[] library = feed.Read(package, $"lib/net10.0/{package}.dll");
            Assert.Equal(-1, library.AsSpan().IndexOf(Encoding.UTF8.GetBytes(root)));
            Assert.Equal(-1, library.AsSpan().IndexOf(Encoding.Unicode.GetBytes(root)));
            // Symbols keep paths in pieces, where no search for the whole finds them.
            using var symbols = MetadataReaderProvider.FromPortablePdbImage(ImmutableArray.Create(feed.Read(package, $"lib/net10.0/{package}.pdb", "snupkg")));
            MetadataReader metadata = symbols.GetMetadataReader();
            string[] sources = [.. metadata.Documents.Select(document => metadata.GetString(metadata.GetDocument(document).Name))];
            Assert.Contains(sources, source => source.EndsWith($"/src/{package}/{(package == "Declarative" ? "Training/BilevelTrainer.cs" : "CsvLog.cs")}", StringComparison.Ordinal));
            Assert.All(sources, source => Assert.Matches("^/_[0-9]*/", source));
        }
    }

    private static void HasPapers(XElement metadata)
    {
        string Of(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        Assert.Equal(LocalFeed.Version, Of("version"));
        Assert.Equal("MIT", Of("license"));
        Assert.Equal("README.md", Of("readme"));
        Assert.Equal("icon.png", Of("icon"));
        Assert.NotEmpty(Of("description"));
        Assert.NotEmpty(Of("tags"));
    }

    private IEnumerable<XElement> Dependencies(string package) => feed.Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency");

    private static string Id(XElement dependency) => (string)dependency.Attribute("id")!;
}
