using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>How far off the device's own products are, and so what all others may be; and whether TensorFloat32 is used where it is allowed: otherwise
/// no check in it would say anything.</summary>
internal static class ProductChecks
{
    private const int Size = 256, Channels = 64;

    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        DeviceCheck.InAll("products: matrices", (place, found) => Compare(place, found, matmul, [Size, Size], [Size, Size], precision => Bar.OfProduct(precision, Size))),
        DeviceCheck.InAll("products: convolution", (place, found) =>
            Compare(place, found, (images, kernels) => conv2d(images, kernels, padding: [1L, 1]), [16, Channels, 16, 16], [Channels, Channels, 3, 3],
                precision => Bar.OfConvolution(precision, Channels * 9))),
    ];

    /// <summary>What TensorFloat32 must not be within, as it would not have been used.</summary>
    internal static void DemandUse(Comparisons found, Bar ofFloat32)
    {
        double deviation = found.All[^1].Deviation;
        found.Holds(deviation > ofFloat32.Relative, FormattableString.Invariant($"TensorFloat32 was not used: off by {deviation:0.0e+0}, as float32 may be"));
    }

    private static void Compare(Place place, Comparisons found, Func<Tensor, Tensor, Tensor> multiply, long[] left, long[] right, Func<Precision, Bar> bar)
    {
        using var generator = new Generator(8);
        Tensor first = randn(left, dtype: ScalarType.Float64, generator: generator);
        Tensor second = randn(right, dtype: ScalarType.Float64, generator: generator);
        double[] expected = HostNumbers.Read(multiply(first, second));
        found.Close("the product", expected, HostNumbers.Read(multiply(place.Take(first), place.Take(second))), bar(place.Precision));
        if (place.Precision == Precision.TensorFloat32)
            DemandUse(found, bar(Precision.Float32));
    }
}
