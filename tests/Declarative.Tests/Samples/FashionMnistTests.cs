using System.Diagnostics;
using System.Text.Json;

namespace Declarative.Tests.Samples;

/// <summary>The main job as a user runs it: a process of its own, in a folder of its own.</summary>
public sealed class FashionMnistTests : IDisposable
{
    private readonly SampleRun sample = new("FashionMnist");

    public static TheoryData<string, string> Refused => new()
    {
        { "--data no/such/folder", "no/such/folder" },
        { "--data broken", "train-images-idx3-ubyte.gz" },
        { "--steps 0", "--steps" },
        { "--steps many", "--steps" },
        { "--window 100 --steps 50", "--window" },
        { "--model transformer", "--model" },
        { "--method magic", "--method" },
        { "--device tpu", "--device" },
        { "--device cuda:1000", "CUDA" },
        { "--device cuda:one", "--device" },
        { "--threads 0", "--threads" },
        { "--seed -1", "--seed" },
        { "--out occupied", "occupied" },
        { "--report occupied --steps 20 --window 20", "--report" },
        { "--colour red", "--colour" },
        { "--steps", "--steps" },
    };

    [Fact]
    public void Writes_what_it_promises_and_repeats_itself()
    {
        SampleResult first = sample.Run("--steps 60 --window 20 --seed 3 --out first --report reports");
        first.MustSucceed();
        Assert.Contains("glocal", first.Output);
        SampleResult second = sample.Run("--steps 60 --window 20 --seed 3 --out second");
        second.MustSucceed();
        string trajectory = File.ReadAllText(sample.File("first", "trajectory.csv"));
        Assert.Equal(trajectory, File.ReadAllText(sample.File("second", "trajectory.csv")));

        string[] lines = trajectory.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("method,step,trainingLoss,validationLoss,learningRate,learningRate.local,learningRate.estimate,learningRate.decision,momentum,", lines[0]);
        Assert.Equal(1 + 3 * 3 + 6, lines.Length);     // the last method has windows of its own
        Assert.Equal([20, 40, 60], lines.Where(line => line.StartsWith("glocal,", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(',')[1])));

        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(sample.File("first", "summary.json")));
        Assert.Equal("cpu", summary.RootElement.GetProperty("device").GetString());
        Assert.Equal(3, summary.RootElement.GetProperty("seed").GetInt32());
        Assert.Equal(60, summary.RootElement.GetProperty("horizon").GetInt32());
        JsonElement[] methods = [.. summary.RootElement.GetProperty("methods").EnumerateArray()];
        Assert.Equal(["fixed", "local", "glocal", "guarded"], methods.Select(method => method.GetProperty("name").GetString()));
        Assert.Equal([20, 20, 20, 10], methods.Select(method => method.GetProperty("window").GetInt32()));
        Assert.Single(methods.Select(method => method.GetProperty("initialTestLoss").GetDouble()).Distinct());
        foreach (JsonElement method in methods)
        {
            Assert.InRange(method.GetProperty("testAccuracy").GetDouble(), 0.15, 1);
            Assert.True(method.GetProperty("testLoss").GetDouble() < method.GetProperty("initialTestLoss").GetDouble());
            Assert.Equal(60, method.GetProperty("steps").GetInt64());
            Assert.True(method.GetProperty("seconds").GetDouble() > 0);
            double learningRate = method.GetProperty("hyperparameters").GetProperty("learningRate").GetDouble();
            Assert.Equal(method.GetProperty("name").GetString() == "fixed", learningRate == 1e-3);
        }
        Assert.True(new FileInfo(sample.File("first", "trajectory.png")).Length > 10_000);

        foreach (string method in (string[])["fixed", "local", "glocal", "guarded"])
        {
            string report = File.ReadAllText(sample.File("reports", method, "report.html"));
            Assert.Contains("Completed: all 60 steps.", report);
            Assert.Contains("learningRate", report);
            Assert.StartsWith($"{lines[0]}\n{method},", File.ReadAllText(sample.File("reports", method, "trajectory.csv")));
            Assert.Single(Directory.GetFiles(sample.File("reports", method), "events.out.tfevents.*"));
        }
    }

    // Ctrl+C, as a terminal sends it.
    [Fact]
    public void Stopped_and_started_again_it_ends_as_if_it_had_not_been()
    {
        const string Arguments = "--steps 1000 --window 20 --method local";
        sample.Run(Arguments + " --out whole").MustSucceed();

        SampleResult stopped = sample.Run(Arguments + " --out stopped --checkpoints kept", process => Process.Start("kill", ["-INT", process.Id.ToString()]).WaitForExit());
        Assert.Equal(130, stopped.ExitCode);
        Assert.Equal("stopped", stopped.Errors.TrimEnd());
        Assert.NotEmpty(Directory.GetFiles(sample.File("kept", "local")));
        sample.Run(Arguments + " --out resumed --checkpoints kept").MustSucceed();

        string[] whole = File.ReadAllLines(sample.File("whole", "trajectory.csv")), resumed = File.ReadAllLines(sample.File("resumed", "trajectory.csv"));
        Assert.InRange(resumed.Length, 2, whole.Length);
        Assert.Equal(whole[^(resumed.Length - 1)..], resumed[1..]);
    }

    [Fact]
    public void Started_again_when_all_is_done_it_says_so_and_keeps_the_files()
    {
        const string Arguments = "--steps 20 --window 20 --out out --checkpoints kept";
        sample.Run(Arguments + " --method local").MustSucceed();
        sample.Run(Arguments + " --method fixed").MustSucceed();
        string trajectory = File.ReadAllText(sample.File("out", "trajectory.csv"));
        Assert.Equal(1 + 2, trajectory.Count('\n'));
        byte[] picture = File.ReadAllBytes(sample.File("out", "trajectory.png"));

        SampleResult again = sample.Run(Arguments + " --method local");
        again.MustSucceed();
        Assert.Contains("local: already complete, 20 steps", again.Output);
        Assert.Contains("written to out: summary.json, trajectory.csv\n", again.Output);
        Assert.Equal(trajectory, File.ReadAllText(sample.File("out", "trajectory.csv")));
        Assert.Equal(picture, File.ReadAllBytes(sample.File("out", "trajectory.png")));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_done_is_one_clear_line_and_exit_code_2(string arguments, string culprit)
    {
        File.WriteAllText(sample.File("occupied"), "a file where a folder is wanted");
        Directory.CreateDirectory(sample.File("broken"));
        foreach (string file in new[] { "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz" })
            File.WriteAllText(sample.File("broken", file), "not gzip");

        SampleResult result = sample.Run(arguments);

        result.MustBeRefused(culprit);
    }

    public void Dispose() => sample.Dispose();
}
