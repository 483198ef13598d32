using static TorchSharp.torch;

namespace Declarative.Tests.Devices;

/// <summary>The program that checks and measures on a device, as it is run on a machine with a GPU, but on the CPU.</summary>
public sealed class DeviceProgramTests
{
    [Fact]
    public void Checks_are_a_table_and_a_last_line()
    {
        CommandResult result = Run("check", "--device", "cpu", "--only", "reference values").MustSucceed();
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(4, lines.Count(line => line.StartsWith("| reference values: ", StringComparison.Ordinal) && line.EndsWith("| yes |", StringComparison.Ordinal)));
        Assert.Contains("4 passed, 0 failed", lines);
        Assert.Equal(1, Run("check", "--only", "what is not there").ExitCode);
        Assert.Equal(1, Run("speed", "--quick", "--only", "what is not there").ExitCode);
        Assert.Contains("--table overhead|modes|optimizers|precision", Run("--help").MustSucceed().Output);
    }

    [Fact]
    public void A_command_line_that_makes_no_sense_is_refused_with_what_is_wrong()
    {
        Assert.Contains("What is to be done?", Refusal());
        Assert.Contains("There is no 'czech'", Refusal("czech"));
        Assert.Contains("'--device' needs a value", Refusal("check", "--device"));
        Assert.Contains("There is no option '--fast' of speed", Refusal("speed", "--fast", "yes"));
        Assert.Contains("There is no option '--quick' of check", Refusal("check", "--quick"));
        Assert.Contains("A table is one of overhead, modes, optimizers, precision", Refusal("speed", "--table", "sums"));
        Assert.Contains("has no models to choose from", Refusal("speed", "--table", "optimizers", "--only", "LeNet"));
        Assert.Contains("needs --only MODEL|MODE", Refusal("peak"));
        Assert.Contains("not 'gpu'", Refusal("check", "--device", "gpu"));
        Assert.Contains("not 'cuda:x'", Refusal("check", "--device", "cuda:x"));

        static string Refusal(params string[] arguments) => Assert.Throws<ArgumentException>(() => DeviceArguments.Read(arguments)).Message;
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_one_sentence_and_no_check_is_made()
    {
        CommandResult result = Run("check", "--device", "cuda:97");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("CUDA is not available", result.Output);
        Assert.DoesNotContain("| check |", result.Output);
    }

    [Fact]
    public void Speed_writes_every_table_with_all_its_rows()
    {
        string folder = Directory.CreateTempSubdirectory("declarative-speed-").FullName;
        try
        {
            string file = Path.Combine(folder, "results", "device.md");
            Run("speed", "--device", "cpu", "--quick", "--out", file).MustSucceed();
            SpeedSizes sizes = SpeedSizes.Quick;
            // A table each for overhead, modes, optimizers (four of them), and two modes in three precisions.
            int models = sizes.Models.Count;
            Assert.Equal([models, models * ModeTable.Modes.Count, 4 * sizes.TensorCounts.Count, models * 2 * 3], RowCounts(File.ReadAllLines(file)));
            string text = File.ReadAllText(file);
            Assert.Contains("libtorch 2.", text);
            Assert.DoesNotContain("NaN", text);
            Assert.DoesNotContain("does not work", text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Counted layer by layer: the first convolution, the last batch norm and linear layer, and of each block its convolutions (3 x 3, and 1 x 1 where the
    // shape changes) and batch norms.
    [Fact]
    public void WideResNet_28_2_has_its_parameters()
    {
        long expected = 3 * 16 * 9 + 2 * 128 + 128 * 10 + 10, channels = 16;
        foreach (long width in new[] { 32, 64, 128 })
            for (int block = 0; block < 4; block++)
            {
                expected += 2 * channels + channels * width * 9 + 2 * width + width * width * 9 + (block == 0 ? channels * width : 0);
                channels = width;
            }
        using var scope = NewDisposeScope();
        using var model = new WideResNet(0);
        Assert.Equal(1_467_610, expected);
        Assert.Equal(expected, model.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal([2L, 10L], model.call(randn(2, 3, 4, 4)).shape);
    }

    private static int[] RowCounts(string[] lines)
    {
        var counts = new List<int>();
        for (int i = 0; i < lines.Length; i++)
            if (lines[i].StartsWith("| ---", StringComparison.Ordinal))
                counts.Add(lines.Skip(i + 1).TakeWhile(line => line.StartsWith('|')).Count());
        return [.. counts];
    }

    private static CommandResult Run(params string[] arguments) => Command.Run(Command.Dotnet, AppContext.BaseDirectory, TimeSpan.FromMinutes(5), [],
        [Path.Combine(AppContext.BaseDirectory, "DeviceTests.dll"), .. arguments]);
}
