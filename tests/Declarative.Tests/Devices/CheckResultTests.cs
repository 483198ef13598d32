using static TorchSharp.torch;

namespace Declarative.Tests.Devices;

/// <summary>A check that should fail does, and one that cannot be made says so.</summary>
public sealed class CheckResultTests
{
    [Theory]
    [InlineData(0, CheckOutcome.Passed)]
    [InlineData(1e-6, CheckOutcome.Failed)]
    [InlineData(double.NaN, CheckOutcome.Failed)]
    [InlineData(double.PositiveInfinity, CheckOutcome.Failed)]
    public void A_value_that_is_off_fails(double by, CheckOutcome expected) =>
        Assert.Equal(expected, Make((place, found) => found.Close("values", [1, 2], [1, 2 + by], Bar.OfRun(place))).Outcome);

    [Fact]
    public void Comparing_nothing_fails_and_so_does_comparing_zeros_or_other_lengths()
    {
        Assert.Equal("It compared nothing.", Make((_, _) => { }).Message);
        Assert.Equal(CheckOutcome.Failed, Make((place, found) => found.Close("zeros", [0, 0], [0, 0], Bar.OfRun(place))).Outcome);
        Assert.Equal(CheckOutcome.Failed, Make((place, found) => found.Close("lengths", [1, 2], [1], Bar.OfRun(place))).Outcome);
    }

    [Fact]
    public void What_does_not_hold_or_throws_fails_with_its_words()
    {
        Assert.Equal("it is not so", Make((_, found) => found.Holds(false, "it is not so")).Message);
        Assert.Equal("InvalidOperationException: no", Make((_, _) => throw new InvalidOperationException("no\nat all")).Message);
    }

    [Fact]
    public void TensorFloat32_is_skipped_on_the_cpu()
    {
        CheckResult result = CheckResult.Of(new("none", [], (_, _) => throw new InvalidOperationException()), new(CPU, Precision.TensorFloat32));
        Assert.Equal((CheckOutcome.Skipped, "TensorFloat32 is CUDA's"), (result.Outcome, result.Message));
    }

    private static CheckResult Make(Action<Place, Comparisons> compare) => CheckResult.Of(new("test", [Precision.Float64], compare), Place.Reference);
}
