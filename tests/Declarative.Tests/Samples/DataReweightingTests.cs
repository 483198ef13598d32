using System.Globalization;
using System.Text.Json;

namespace Declarative.Tests.Samples;

public sealed class DataReweightingTests : IDisposable
{
    private readonly SampleRun sample = new("DataReweighting");

    public void Dispose() => sample.Dispose();

    [Fact]
    public void Weights_find_the_wrong_labels_and_all_files_are_written()
    {
        SampleResult run = sample.Run("--steps 250 --out first");
        run.MustSucceed();
        Assert.Contains("corrupted labels are found", run.Output);

        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(sample.File("first", "summary.json")));
        JsonElement root = summary.RootElement;
        Assert.Equal(6000, root.GetProperty("cleanExamples").GetInt32());
        Assert.Equal(4000, root.GetProperty("corruptedExamples").GetInt32());
        Assert.InRange(root.GetProperty("auc").GetDouble(), 0.8, 1);
        Assert.True(root.GetProperty("cleanWeight").GetDouble() > root.GetProperty("corruptedWeight").GetDouble() + 0.1);
        JsonElement[] methods = [.. root.GetProperty("methods").EnumerateArray()];
        Assert.Equal(["unweighted", "clean part alone", "validation images alone", "learned weights"],
            methods.Select(method => method.GetProperty("name").GetString()));
        Assert.All(methods, method => Assert.InRange(method.GetProperty("testAccuracy").GetDouble(), 0.6, 0.95));

        string[][] weights = Rows("weights.csv");
        Assert.Equal(["example", "label", "given", "weight"], weights[0]);
        Assert.Equal(10_000, weights.Length - 1);
        Assert.Equal(4000, weights[1..].Count(row => row[1] != row[2]));
        Assert.Equal(root.GetProperty("corruptedWeight").GetDouble(),
            weights[1..].Where(row => row[1] != row[2]).Average(row => double.Parse(row[3], CultureInfo.InvariantCulture)), 1e-9);

        string[][] trajectory = Rows("trajectory.csv");
        Assert.Equal(["method", "step", "trainingLoss", "validationLoss", "cleanWeight", "corruptedWeight", "auc"], trajectory[0]);
        Assert.Equal(4 * 5, trajectory.Length - 1);
        Assert.Equal(["50", "100", "150", "200", "250"], trajectory.Where(row => row[0] == "learned weights").Select(row => row[1]));
        Assert.Equal(root.GetProperty("auc").GetDouble(), double.Parse(trajectory[^1][6], CultureInfo.InvariantCulture));
        Assert.True(new FileInfo(sample.File("first", "weights.png")).Length > 10_000);
    }

    [Theory]
    [InlineData("--data no/such/folder", "no/such/folder")]
    [InlineData("--corrupted 0", "--corrupted")]
    [InlineData("--corrupted 91", "--corrupted")]
    [InlineData("--window 100 --steps 50", "--window")]
    [InlineData("--threads 0", "--threads")]
    [InlineData("--out occupied", "occupied")]
    public void What_cannot_be_done_is_one_clear_line_and_exit_code_2(string arguments, string culprit)
    {
        File.WriteAllText(sample.File("occupied"), "a file where a folder is wanted");
        sample.Run(arguments).MustBeRefused(culprit);
    }

    private string[][] Rows(string file) =>
        [.. File.ReadAllText(sample.File("first", file)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];
}
