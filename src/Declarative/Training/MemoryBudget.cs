using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>How much memory a mode may take: the limit that was set, or all that the GPU has where that is less, so that a run which cannot end well
/// does not begin.</summary>
/// <remarks>Not what the GPU has free just now: libtorch keeps what it has taken, for itself to use again, and a run must not choose another mode, or be
/// refused its checkpoint, because of what else was there when it began.</remarks>
/// <param name="Bytes">So much.</param>
/// <param name="Device">The GPU whose memory it is; null where it is the limit.</param>
internal readonly record struct MemoryBudget(long Bytes, string? Device = null)
{
    /// <summary>What to do where it is too little, as the end of a sentence.</summary>
    public string Remedy => Device is null ? "raise the limit" : "use a GPU with more memory";

    /// <summary>For a run on a device.</summary>
    /// <param name="limit">What was set.</param>
    /// <param name="device">Where θ lies.</param>
    public static MemoryBudget Of(long limit, Device device)
    {
        if (device.type != DeviceType.CUDA)
            return new(limit);
        int index = Math.Max(device.index, 0);
        return Of(limit, $"cuda:{index}", CudaDriver.Installed?.TotalBytes(index));
    }

    /// <summary>The smaller of the two.</summary>
    /// <param name="limit">What was set.</param>
    /// <param name="device">The GPU's name.</param>
    /// <param name="total">What it has; null where that is not known.</param>
    public static MemoryBudget Of(long limit, string device, long? total) => total < limit ? new(total.Value, device) : new(limit);

    /// <summary>As in "above the limit of ...".</summary>
    public override string ToString() => Device is null ? $"{Bytes}" : $"{Bytes}, which is all that {Device} has";
}
