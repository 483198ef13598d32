using Declarative.Interop;
using static TorchSharp.torch;

namespace Declarative.Tests.Interop;

/// <summary>Operations are counted as libtorch carries them out.</summary>
public sealed class OperationRecorderTests
{
    [Fact]
    public void Counts_operations_of_forward_and_backward_and_those_that_compute()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(3, 4, requires_grad: true);
        OperationRecorder recorded = OperationRecorder.Of(() => x.matmul(x.t()).tanh().sum().backward());
        // matmul itself is made of mm; the backward needs two more.
        Assert.Equal((1, 3, 1, 1), (recorded.All["aten::matmul"], recorded.All["aten::mm"], recorded.All["aten::tanh"], recorded.All["aten::tanh_backward"]));
        Assert.Equal(3, recorded.Launches["aten::mm"]);
        Assert.DoesNotContain(recorded.Launches.Keys, name => name is "aten::matmul" or "aten::t" or "aten::empty" || name.StartsWith("autograd", StringComparison.Ordinal));
    }

    [Fact]
    public void Counts_nothing_before_and_after_and_once_at_a_time()
    {
        using var scope = NewDisposeScope();
        Tensor x = ones(3);
        _ = x.exp();
        OperationRecorder recorder;
        using (recorder = new())
        {
            Assert.Throws<InvalidOperationException>(() => new OperationRecorder());
            _ = x.sin();
        }
        _ = x.cos();
        Assert.Equal(["aten::sin"], recorder.Launches.Keys);
        Assert.Equal(1, recorder.Launches["aten::sin"]);
        using var next = new OperationRecorder();
        Assert.Empty(next.All);
    }
}
