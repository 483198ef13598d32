using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>How numbers are computed.</summary>
public enum Precision
{
    /// <summary>In float64.</summary>
    Float64,

    /// <summary>In float32, with TensorFloat32 switched off.</summary>
    Float32,

    /// <summary>In float32, where matrix products and convolutions may round their factors to TensorFloat32: 10 bits after the point. CUDA only.</summary>
    TensorFloat32,
}

/// <summary>Where and how something is computed.</summary>
/// <param name="Device">The device.</param>
/// <param name="Precision">The precision.</param>
public sealed record Place(Device Device, Precision Precision)
{
    /// <summary>What all others are held against.</summary>
    public static Place Reference { get; } = new(CPU, Precision.Float64);

    /// <summary>The type of floating-point tensors.</summary>
    public ScalarType Type => Precision == Precision.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>Takes a tensor here that was made on the CPU, where all random numbers are drawn: so all places have the same. Integers stay
    /// integers.</summary>
    public Tensor Take(Tensor tensor) => tensor.is_floating_point() ? tensor.to(Type, Device) : tensor.to(Device);

    /// <summary>Numbers as a vector.</summary>
    public Tensor Vector(params double[] values) => tensor(values, dtype: Type, device: Device);

    /// <summary>Decides about TensorFloat32 until it is disposed.</summary>
    public IDisposable Use() => new TensorFloat32Setting(Precision == Precision.TensorFloat32);

    private sealed class TensorFloat32Setting : IDisposable
    {
        private readonly bool products = backends.cuda.matmul.allow_tf32, convolutions = backends.cudnn.allow_tf32;

        public TensorFloat32Setting(bool isAllowed) => Set(isAllowed, isAllowed);

        public void Dispose() => Set(products, convolutions);

        private static void Set(bool products, bool convolutions)
        {
            backends.cuda.matmul.allow_tf32 = products;
            backends.cudnn.allow_tf32 = convolutions;
        }
    }
}
