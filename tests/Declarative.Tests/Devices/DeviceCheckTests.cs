using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Devices;

/// <summary>The checks of the library on a device: on the CPU, and on a GPU where there is one. What they compare with was published, comes
/// from finite differences, from a formula written a second time, from another mode, or from the same in float64 on the CPU.</summary>
public sealed class DeviceCheckTests
{
    public static TheoryData<string, Precision> Cases
    {
        get
        {
            var data = new TheoryData<string, Precision>();
            foreach ((DeviceCheck check, Precision precision) in AllChecks.Cases)
                data.Add(check.Name, precision);
            return data;
        }
    }

    public static TheoryData<string, Precision> CasesOfCpu
    {
        get
        {
            var data = new TheoryData<string, Precision>();
            foreach ((DeviceCheck check, Precision precision) in AllChecks.Cases.Where(item => item.Precision != Precision.TensorFloat32))
                data.Add(check.Name, precision);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(CasesOfCpu))]
    public void Passes_on_the_cpu(string name, Precision precision) => AssertPasses(name, new(CPU, precision));

    [CudaTheory]
    [MemberData(nameof(Cases))]
    public void Passes_on_a_gpu(string name, Precision precision) => AssertPasses(name, new(CudaDevice.Get(), precision));

    [Fact]
    public void Names_are_unique() => Assert.Distinct(AllChecks.All.Select(check => check.Name));

    private static void AssertPasses(string name, Place place)
    {
        CheckResult result = CheckResult.Of(AllChecks.All.Single(check => check.Name == name), place);
        Assert.True(result.Outcome == CheckOutcome.Passed, $"{result.Worst} {result.Message}");
    }
}
