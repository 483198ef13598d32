using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Declarative.Tests;

/// <summary>What README says is so.</summary>
public sealed partial class ReadmeTests
{
    private static string Root { get; } = typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    [Fact]
    public void The_example_compiles_without_a_warning_and_learns()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        using var consumer = new ConsumerProject(Example().Match(readme).Groups[1].Value, ["TorchSharp-cpu", "MathNet.Numerics"]);
        consumer.Build().MustSucceed();
        string output = consumer.Run().MustSucceed().Output;

        Match learned = LearningRate().Match(output);
        Assert.True(learned.Success, output);
        Assert.True(double.Parse(learned.Groups[1].Value, CultureInfo.InvariantCulture) > 0.002, output);
    }

    [Fact]
    public void The_test_command_is_the_one_that_continuous_integration_calls()
    {
        string command = TestCommand().Match(File.ReadAllText(Path.Combine(Root, "README.md"))).Value.Trim();
        Assert.NotEmpty(command);
        Assert.Contains(command, File.ReadAllText(Path.Combine(Root, ".ci", "run")));
    }

    [GeneratedRegex("## A complete example\\s+```csharp\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^learningRate = (\\S+)", RegexOptions.Multiline)]
    private static partial Regex LearningRate();

    [GeneratedRegex("^ +dotnet test.*$", RegexOptions.Multiline)]
    private static partial Regex TestCommand();
}
