using Declarative.Koopman;

namespace Declarative.Tests.Training;

public sealed class ModeChoiceTests
{
    private const double Mebibyte = 1 << 20;

    [Fact]
    public void The_cheapest_that_fits_is_chosen()
    {
        ModeChoice Choose(double limit, bool canStandIn = true, double? graph = 2, int q = 3) =>
            ModeChoice.Of(new() { Window = 100, Estimator = new AffineHankelEstimator(), Memory = TangentMemory.Reset, MemoryLimit = (long)(limit * Mebibyte) }, q, 12 * Mebibyte, Mebibyte, new(canStandIn, (long?)(graph * Mebibyte)));

        Assert.Equal((HypergradientMode.Reverse, ReverseStorage.Graphs), Of(Choose(300)));
        Assert.Equal((HypergradientMode.Reverse, ReverseStorage.States), Of(Choose(299)));
        Assert.Equal((HypergradientMode.Reverse, ReverseStorage.Checkpoints), Of(Choose(99)));
        Assert.Equal((HypergradientMode.Forward, ReverseStorage.Automatic), Of(Choose(19)));
        Assert.Equal((HypergradientMode.Reverse, ReverseStorage.States), Of(Choose(300, canStandIn: false)));
        Assert.Equal((HypergradientMode.Reverse, ReverseStorage.States), Of(Choose(300, graph: null)));
        string refusal = Assert.Throws<InvalidOperationException>(() => Choose(11)).Message;
        Assert.Contains("q = 3", refusal);
        Assert.Contains("checkpoints kept would take 20971520 bytes, above the limit of 11534336", refusal);
    }

    [Fact]
    public void One_coordinate_and_one_sample_are_cheaper_forward_than_with_states_kept()
    {
        var options = new GlocalOptions { Window = 100, Memory = TangentMemory.Reset };
        ModeChoice choice = ModeChoice.Of(options, 1, Mebibyte, Mebibyte, new(CanStandIn: false, null));
        Assert.Equal(HypergradientMode.Forward, choice.Mode);
        Assert.Contains("reverse mode, states kept about 3.5", choice.Reason);
    }

    [Fact]
    public void What_is_asked_for_is_kept_to()
    {
        var probe = new GraphProbe(CanStandIn: true, 1000);
        ModeChoice Choose(GlocalOptions options) => ModeChoice.Of(options, 3, 1, 1, probe);
        Assert.Equal((HypergradientMode.Reverse, ReverseStorage.Checkpoints), Of(Choose(new() { Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Checkpoints, Memory = TangentMemory.Reset })));
        ModeChoice carried = Choose(new() { Memory = TangentMemory.Carried });
        Assert.Equal(HypergradientMode.Forward, carried.Mode);
        Assert.Equal("forward mode (as tangents are carried)", carried.Reason);
        Assert.Equal("forward mode (as asked for)", Choose(new() { Mode = HypergradientMode.Forward, Memory = TangentMemory.Reset }).Reason);
    }

    private static (HypergradientMode, ReverseStorage) Of(ModeChoice choice) => (choice.Mode, choice.Storage);
}
