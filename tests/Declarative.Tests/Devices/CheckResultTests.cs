using Declarative.Interop;
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

    // A momentum of .9 beside it must not hide it, nor the counter of batch norm.
    [Fact]
    public void A_learning_rate_that_is_half_as_large_again_fails_in_float32()
    {
        double[] right = [Math.Log(1e-3), Math.Log(.9 / .1)], wrong = [Math.Log(1.5e-3), right[1]];
        CheckOutcome Of(double[] found) => CheckResult.Of(new("test", [Precision.Float32],
            (place, comparisons) => comparisons.CloseCoordinates("u", right, found, Bar.OfTuning(place).Relative)), new(CPU, Precision.Float32)).Outcome;
        Assert.Equal((CheckOutcome.Passed, CheckOutcome.Failed, CheckOutcome.Failed), (Of(right), Of(wrong), Of([])));
    }

    // TensorFloat32 as it is defined: factors rounded to 10 bits after the point, sums in float32.
    [Fact]
    public void The_bars_tell_TensorFloat32_from_float32_and_allow_it()
    {
        const int Size = 256;
        using var scope = NewDisposeScope();
        using var generator = new Generator(8);
        Tensor Draw() => randn([Size, Size], dtype: ScalarType.Float64, generator: generator);
        static Tensor Round(Tensor values) => tensor([.. values.to(ScalarType.Float32).data<float>().Select(value =>
        {
            uint bits = BitConverter.SingleToUInt32Bits(value);
            return BitConverter.UInt32BitsToSingle((bits + 0xFFF + ((bits >> 13) & 1)) & ~0x1FFFu);
        })], [Size, Size]);
        Tensor left = Draw(), right = Draw();
        double[] exact = HostNumbers.Read(left.matmul(right)), rounded = HostNumbers.Read(Round(left).matmul(Round(right)));
        double[] single = HostNumbers.Read(left.to(ScalarType.Float32).matmul(right.to(ScalarType.Float32)));

        Assert.True(Passes(rounded, Precision.TensorFloat32));
        Assert.False(Passes(rounded, Precision.Float32));
        Assert.True(Passes(single, Precision.Float32));
        Assert.Contains("TensorFloat32 was not used", Demand(single).Single());
        Assert.Empty(Demand(rounded));

        Comparisons Compare(double[] found, Precision precision)
        {
            var comparisons = new Comparisons();
            comparisons.Close("product", exact, found, Bar.OfProduct(precision, Size));
            return comparisons;
        }
        bool Passes(double[] found, Precision precision) => Compare(found, precision).IsPassed;
        IReadOnlyList<string> Demand(double[] found)
        {
            Comparisons comparisons = Compare(found, Precision.TensorFloat32);
            ProductChecks.DemandUse(comparisons, Bar.OfConvolution(Precision.Float32, Size));
            return comparisons.Problems;
        }
    }

    [Fact]
    public void A_gpu_from_before_TensorFloat32_skips_it_with_the_reason()
    {
        Assert.Contains("has 7.5", TensorFloat32.Obstacle(new CudaGpu(0, "NVIDIA Example", new(7, 5), 1)));
        Assert.Null(TensorFloat32.Obstacle(new CudaGpu(0, "NVIDIA Example", new(8, 0), 1)));
    }

    [Fact]
    public void TensorFloat32_is_skipped_on_the_cpu()
    {
        CheckResult result = CheckResult.Of(new("none", [], (_, _) => throw new InvalidOperationException()), new(CPU, Precision.TensorFloat32));
        Assert.Equal((CheckOutcome.Skipped, "TensorFloat32 is CUDA's"), (result.Outcome, result.Message));
    }

    private static CheckResult Make(Action<Place, Comparisons> compare) => CheckResult.Of(new("test", [Precision.Float64], compare), Place.Reference);
}
