#pragma warning disable RS0030 // Here is where it may stand.
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>Brings numbers from a device to the host: the only place where a run waits for it. A window is read at once, when all its steps have been
/// asked for.</summary>
internal static class HostNumbers
{
    /// <summary>How often this thread has waited for a device here.</summary>
    [field: ThreadStatic]
    public static int Reads { get; private set; }

    /// <summary>All entries of a tensor, row by row.</summary>
    public static double[] Read(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Reads++;
        return tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    /// <summary>All entries of several tensors of one device, at the price of waiting for it once.</summary>
    public static double[][] Read(params Tensor[] tensors)
    {
        using var scope = NewDisposeScope();
        double[] all = Read(cat([.. tensors.Select(tensor => tensor.detach().to(ScalarType.Float64).reshape(-1))]));
        int first = 0;
        return Array.ConvertAll(tensors, tensor =>
        {
            int count = (int)tensor.numel();
            return all.AsSpan((first += count) - count, count).ToArray();
        });
    }

    /// <summary>The same in single precision: what a sample of a wide trajectory is kept in. Beyond its range there are infinities.</summary>
    public static float[] ReadSingle(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Reads++;
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>A tensor with the same numbers on the host: itself where it lies there.</summary>
    public static Tensor OnHost(Tensor tensor)
    {
        if (tensor.device_type == DeviceType.CPU)
            return tensor;
        Reads++;
        return tensor.cpu();
    }

    /// <summary>Whether a condition [] holds.</summary>
    public static bool IsTrue(Tensor condition) => Read(condition)[0] != 0;
}
