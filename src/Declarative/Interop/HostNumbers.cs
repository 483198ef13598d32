#pragma warning disable RS0030 // Here is where it may stand.
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Interop;

/// <summary>Brings numbers from a device to the host, which waits for it then, and from the host to a device, for which nothing waits. A run does so nowhere else: a
/// window is read at once, when all its steps have been asked for.</summary>
internal static class HostNumbers
{
    /// <summary>How often this thread has waited for a device here.</summary>
    [field: ThreadStatic]
    public static int Reads { get; private set; }

    /// <summary>How often this thread has sent numbers to a device.</summary>
    [field: ThreadStatic]
    public static int Sends { get; private set; }

    /// <summary>All entries of a tensor, row by row.</summary>
    public static double[] Read(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Reads++;
        return tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    /// <summary>All entries of several tensors, at the price of waiting once.</summary>
    /// <param name="tensors">Of the first one's device; what a loss has brought to another one goes back there.</param>
    public static double[][] Read(params Tensor[] tensors)
    {
        using var scope = NewDisposeScope();
        Device device = tensors[0].device;
        double[] all = Read(cat([.. tensors.Select(tensor => tensor.detach().to(ScalarType.Float64, device).reshape(-1))]));
        int first = 0;
        return Array.ConvertAll(tensors, tensor =>
        {
            int count = (int)tensor.numel();
            return all.AsSpan((first += count) - count, count).ToArray();
        });
    }

    /// <summary>All entries of tensors in single precision: what samples of a wide trajectory are kept in. Beyond its range there are infinities.</summary>
    /// <param name="tensors">Made one after the other: the host waits for the last, and copies.</param>
    public static float[][] ReadSingle(params IReadOnlyList<Tensor> tensors)
    {
        Reads++;
        return [.. tensors.Select(tensor =>
        {
            using var scope = NewDisposeScope();
            return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        })];
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

    /// <summary>Whether two tensors of one shape hold the same numbers.</summary>
    public static bool AreEqual(Tensor one, Tensor other)
    {
        Reads++;
        return one.Equals(other);
    }

    /// <summary>Numbers in a tensor of a device.</summary>
    public static Tensor Send(double[] numbers, ScalarType type, Device device) => Send(tensor(numbers, type), device);

    /// <summary>Whole numbers in a tensor of a device.</summary>
    public static Tensor Send(long[] numbers, Device device) => Send(tensor(numbers), device);

    // A GPU fetches them from pinned memory when it comes to it; from any other, the host would wait until it has.
    private static Tensor Send(Tensor onHost, Device device)
    {
        Sends++;
        return device.type == DeviceType.CUDA ? onHost.pin_memory().to(device, non_blocking: true) : onHost.to(device);
    }
}
