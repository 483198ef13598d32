using System.Text.Json;

namespace Declarative.Tests;

/// <summary>The property LibTorch decides which package a program is built with. That of CUDA is not restored: nothing here needs it.</summary>
public sealed class LibTorchPropertyTests
{
    [Theory]
    [InlineData(null, "linux-x64", "TorchSharp-cpu")]
    [InlineData("cuda", "linux-x64", "TorchSharp-cuda-linux")]
    [InlineData("cuda", "win-x64", "TorchSharp-cuda-windows")]
    [InlineData("none", "linux-x64", "TorchSharp")]
    public void It_chooses_the_package(string? value, string platform, string package)
    {
        CommandResult result = Build(value, "-getItem:PackageReference", $"-p:RuntimeIdentifier={platform}").MustSucceed();

        using JsonDocument items = JsonDocument.Parse(result.Output);
        string[] references = [.. items.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
        Assert.Equal(package, Assert.Single(references, reference => reference.StartsWith("TorchSharp", StringComparison.Ordinal)));
        // A version of each is pinned.
        Assert.Equal(Repository.PackageVersion("TorchSharp"), Repository.PackageVersion(package));
    }

    [Fact]
    public void Another_value_is_an_error_that_names_the_three()
    {
        CommandResult result = Build("gpu", "-t:CheckLibTorch");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("LibTorch is one of cpu, cuda and none, not 'gpu'", result.Output);
    }

    private static CommandResult Build(string? value, params string[] arguments) => Command.Run(Command.Dotnet, Repository.Root, TimeSpan.FromMinutes(2),
        Command.BuildEnvironment, ["msbuild", Path.Combine("samples", "CustomOptimizer"), "-nologo", "-nodeReuse:false", .. value is null ? [] : new[] { $"-p:LibTorch={value}" }, .. arguments]);
}
