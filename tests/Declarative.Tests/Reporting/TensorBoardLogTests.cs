using System.Text;
using Declarative.Reporting;
using Tensorboard;

namespace Declarative.Tests.Reporting;

public sealed class TensorBoardLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("a", 0xC1D04330u)]
    [InlineData("123456789", 0xE3069283u)]
    public void The_checksum_is_CRC_32C(string text, uint checksum)
    {
        Assert.Equal(checksum, Crc32C.Of(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(checksum, EventReader.Checksum(Encoding.ASCII.GetBytes(text)));
    }

    // RFC 3720, appendix B.4.
    [Theory]
    [InlineData(0, 0, 0x8A9136AAu)]
    [InlineData(0xFF, 0, 0x62A8AB43u)]
    [InlineData(0, 1, 0x46DD794Eu)]
    [InlineData(31, -1, 0x113FDB5Cu)]
    public void The_checksum_is_that_of_iSCSI(byte first, int increment, uint checksum) =>
        Assert.Equal(checksum, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)(first + increment * i))]));

    [Fact]
    public void Charts_of_losses_hyperparameters_hypergradients_and_trust_are_read_back()
    {
        TensorBoardLog log = new(folder["run"], time);
        log.OnStarted(Reports.Plan(100, 10, "learningRate", "momentum") with { Notes = ["a note"] });
        time.Advance(1.5);
        long far = 10_000_000_000;
        log.OnWindow(Reports.Window(0, far, 0.5, 1e-3, 0.9) with
        {
            Local = [0.25, double.NaN],
            Estimate = [-0.125, double.NaN],
            Decisions = [new(HypergradientSource.Estimate, 0.5, ""), new(HypergradientSource.None, 0, "fixed")],
        });

        IReadOnlyList<Event> events = Read();       // while the run goes on
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal(1_772_366_400.25, events[0].WallTime);
        Assert.Contains("a note", events[1].Summary.Value.Single().Tensor.StringVal.Single().ToStringUtf8());
        Assert.Equal("text", events[1].Summary.Value.Single().Metadata.PluginData.PluginName);
        Event window = events[2];
        Assert.Equal(far, window.Step);
        Assert.Equal(1_772_366_401.75, window.WallTime);
        Assert.Equal(
            [
                ("loss/training", 0.5f), ("loss/validation", 0.75f),
                ("hyperparameter/learningRate", 1e-3f), ("hypergradient.local/learningRate", 0.25f), ("hypergradient.estimate/learningRate", -0.125f), ("trust/learningRate", 0.5f),
                ("hyperparameter/momentum", 0.9f),
            ],
            window.Summary.Value.Select(value => (value.Tag, value.SimpleValue)));

        log.OnCompleted(Reports.Result(100, 0.5));
        Assert.Contains("done", Read()[^1].Summary.Value.Single().Tensor.StringVal.Single().ToStringUtf8());
    }

    [Fact]
    public void Ten_thousand_hyperparameters_are_three_charts_of_each_kind()
    {
        TensorBoardLog log = new(folder["run"], time);
        log.OnStarted(Reports.Plan(100, 10, [.. Enumerable.Range(0, 10_000).Select(i => $"weights[{i}]")]));
        log.OnWindow(Reports.Window(0, 10, 0.5, [.. Enumerable.Range(0, 10_000).Select(i => (double)i)]));
        log.OnFailed(new InvalidOperationException("broken"));
        IReadOnlyList<Event> events = Read();
        Dictionary<string, float> values = events[2].Summary.Value.ToDictionary(value => value.Tag, value => value.SimpleValue);
        Assert.Equal(2 + 4 * 3, values.Count);
        Assert.Equal([5000f, 0f, 9999f], ((string[])["median", "smallest", "largest"]).Select(part => values[$"hyperparameter/weights/{part}"]));
        Assert.Contains("broken", events[^1].Summary.Value.Single().Tensor.StringVal.Single().ToStringUtf8());
    }

    [Fact]
    public void A_run_that_goes_on_shows_no_step_twice()
    {
        Run(new TensorBoardLog(folder["run"], time), first: 0, last: 7);
        Run(new TensorBoardLog(folder["run"], time), first: 4, last: 10);
        Assert.Equal(2, Directory.GetFiles(folder["run"]).Length);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (20L * i, (float)i)), EventReader.Chart(Read(), "loss/training"));
    }

    private static void Run(TensorBoardLog log, int first, int last)
    {
        log.OnStarted(Reports.Plan(20 * last, 20, "learningRate") with { FirstStep = 20 * first });
        for (int window = first; window < last; window++)
            log.OnWindow(Reports.Window(window, 20 * (window + 1), window + 1, 0.1));
    }

    private IReadOnlyList<Event> Read() => [.. Directory.GetFiles(folder["run"]).Order(StringComparer.Ordinal).SelectMany(EventReader.Read)];
}
