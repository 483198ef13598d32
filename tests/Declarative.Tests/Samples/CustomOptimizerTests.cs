using System.Globalization;

namespace Declarative.Tests.Samples;

public sealed class CustomOptimizerTests : IDisposable
{
    private readonly SampleRun sample = new("CustomOptimizer");

    public void Dispose() => sample.Dispose();

    [Fact]
    public void Every_setting_of_the_rule_is_learned()
    {
        SampleResult run = sample.Run("--steps 150 --out first");
        run.MustSucceed();

        string[][] rows = [.. File.ReadAllText(sample.File("first", "trajectory.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];
        Assert.Equal(30, rows.Length - 1);
        foreach (string name in new[] { "learningRate", "momentum", "blend", "sharpness", "weightDecay" })
        {
            int column = Array.IndexOf(rows[0], name);
            string[] Values(string method) => [.. rows.Where(row => row[0] == method).Select(row => row[column])];
            Assert.Single(Values("fixed").Distinct());
            Assert.Equal(15, Values("learned").Distinct().Count());
            Assert.Contains(name, run.Output);
        }
        double Loss(string method) => double.Parse(rows.Last(row => row[0] == method)[2], CultureInfo.InvariantCulture);
        Assert.True(Loss("learned") < Loss("fixed"));
        Assert.True(new FileInfo(sample.File("first", "trajectory.png")).Length > 10_000);
    }

    [Theory]
    [InlineData("--steps 0", "--steps")]
    [InlineData("--out occupied", "occupied")]
    [InlineData("--colour red", "--colour")]
    public void What_cannot_be_done_is_one_clear_line_and_exit_code_2(string arguments, string culprit)
    {
        File.WriteAllText(sample.File("occupied"), "a file where a folder is wanted");
        sample.Run(arguments).MustBeRefused(culprit);
    }
}
