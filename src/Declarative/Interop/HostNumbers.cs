using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>Brings numbers from a device to the host: the only place where a run waits for it.</summary>
internal static class HostNumbers
{
    /// <summary>All entries of a tensor, row by row.</summary>
    public static double[] Read(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    /// <summary>The same in single precision: what a sample of a wide trajectory is kept in. Beyond its range there are infinities.</summary>
    public static float[] ReadSingle(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }
}
