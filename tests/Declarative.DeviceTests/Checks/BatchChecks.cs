using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Batches are gathered where the data lie, and are the same everywhere.</summary>
internal static class BatchChecks
{
    public static IReadOnlyList<DeviceCheck> All { get; } = [DeviceCheck.InFullPrecision("batches gathered on the device", Gathered)];

    private static void Gathered(Place place, Comparisons found)
    {
        using var there = new SmallProblem(place);
        using var here = new SmallProblem();
        using var gathered = new TensorBatchSource(there.Inputs, there.Labels, 10, seed: 3);
        using var expected = new TensorBatchSource(here.Inputs, here.Labels, 10, seed: 3);
        foreach (long step in new[] { 0L, 1, 2, 7 })
        {
            Batch batch = gathered.At(step), other = expected.At(step);
            foreach (Tensor tensor in new[] { batch.Inputs, batch.Targets, batch.Indices })
                found.Holds(tensor.device_type == place.Device.type, $"a batch of step {step} lies on {tensor.device}");
            found.Close($"indices of step {step}", HostNumbers.Read(other.Indices), HostNumbers.Read(batch.Indices), new(0, 1));
            found.Close($"targets of step {step}", HostNumbers.Read(other.Targets), HostNumbers.Read(batch.Targets), new(0, 1));
            // float32 holds them to its own unit roundoff.
            found.Close($"inputs of step {step}", HostNumbers.Read(other.Inputs), HostNumbers.Read(batch.Inputs), new(place.Precision == Precision.Float64 ? 0 : 6e-8, 0));
        }
    }
}
