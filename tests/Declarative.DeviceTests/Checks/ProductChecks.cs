using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>How far off the device's own products are, and so what all others may be.</summary>
internal static class ProductChecks
{
    private const int Size = 256, Channels = 32;

    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        DeviceCheck.InAll("products: matrices", (place, found) => Compare(place, found, Size, matmul, [Size, Size], [Size, Size])),
        DeviceCheck.InAll("products: convolution", (place, found) =>
            Compare(place, found, Channels * 9, (images, kernels) => conv2d(images, kernels, padding: [1L, 1]), [8, Channels, 16, 16], [16, Channels, 3, 3])),
    ];

    private static void Compare(Place place, Comparisons found, int terms, Func<Tensor, Tensor, Tensor> multiply, long[] left, long[] right)
    {
        using var generator = new Generator(8);
        Tensor first = randn(left, dtype: ScalarType.Float64, generator: generator);
        Tensor second = randn(right, dtype: ScalarType.Float64, generator: generator);
        double[] expected = HostNumbers.Read(multiply(first, second));
        found.Close($"sums of {terms}", expected, HostNumbers.Read(multiply(place.Take(first), place.Take(second))), Bar.OfProduct(place, terms));
    }
}
