using System.Runtime.InteropServices;
using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Interop;

/// <summary>Attention by the fused kernel, which has no double backward, and in its composite form, in float64.</summary>
public sealed class AttentionKernelsTests
{
    // With three dimensions libtorch takes the composite form anyway.
    private static readonly long[] shape = [2, 3, 5, 4];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fused_kernel_has_no_double_backward_and_the_composite_form_has(bool causal)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor[] inputs = [.. Enumerable.Range(0, 3).Select(_ => randn(shape, dtype: ScalarType.Float64, generator: generator))];
        Tensor[] direction = [.. Enumerable.Range(0, 3).Select(_ => randn(shape, dtype: ScalarType.Float64, generator: generator))];
        double fused = Loss(inputs, causal).item<double>();
        var refusal = Assert.Throws<InvalidOperationException>(() => Product(inputs, direction, causal));
        Assert.True(AttentionKernels.IsMissing(refusal), refusal.Message);

        double[] exact;
        using (AttentionKernels.UseComposite())
        {
            Assert.Equal(fused, Loss(inputs, causal).item<double>(), 1e-12);
            exact = Product(inputs, direction, causal);
        }
        // First derivatives are those of the fused kernel, so that the reference does not know the composite form.
        const double Step = 1e-5;
        double[] ahead = Gradient(inputs, direction, Step, causal), behind = Gradient(inputs, direction, -Step, causal);
        double scale = exact.Max(Math.Abs);
        for (int i = 0; i < exact.Length; i++)
        {
            double difference = (ahead[i] - behind[i]) / (2 * Step);
            Assert.True(Math.Abs(exact[i] - difference) <= 1e-8 * scale, $"entry {i}: {exact[i]:R}, difference {difference:R}");
        }
        Assert.True(AttentionKernels.IsMissing(Assert.Throws<InvalidOperationException>(() => Product(inputs, direction, causal))), "the composite form outlives its use");
    }

    [Fact]
    public void Settings_are_restored_when_the_last_use_ends()
    {
        bool flash = backends.cuda.flash_sdp_enabled(), composite = backends.cuda.math_sdp_enabled();
        try
        {
            backends.cuda.enable_math_sdp(false);
            foreach (bool former in new[] { true, false })
            {
                backends.cuda.enable_flash_sdp(former);
                IDisposable first = AttentionKernels.UseComposite();
                Assert.True(backends.cuda.math_sdp_enabled());
                IDisposable second = AttentionKernels.UseComposite();
                first.Dispose();
                first.Dispose();
                Assert.False(backends.cuda.flash_sdp_enabled());
                second.Dispose();
                Assert.Equal(former, backends.cuda.flash_sdp_enabled());
                Assert.False(backends.cuda.math_sdp_enabled());
            }
        }
        finally
        {
            backends.cuda.enable_flash_sdp(flash);
            backends.cuda.enable_math_sdp(composite);
        }
    }

    [Fact]
    public void The_switches_of_the_other_kernels_are_found_and_restored()
    {
        if (!OperatingSystem.IsLinux())
            return;
        AttentionKernels.UseComposite().Dispose();
        Assert.True(MemoryEfficient(Context()) && CuDnn(Context()));
        using (AttentionKernels.UseComposite())
            Assert.False(MemoryEfficient(Context()) || CuDnn(Context()));
        Assert.True(MemoryEfficient(Context()) && CuDnn(Context()));
    }

    [Theory]
    [InlineData("RuntimeError: derivative for aten::_scaled_dot_product_efficient_attention_backward is not implemented", true)]
    [InlineData("derivative for aten::_scaled_dot_product_cudnn_attention_backward is not implemented\n", true)]
    [InlineData("derivative for aten::_cudnn_rnn_backward is not implemented", false)]
    [InlineData("derivative for aten::_scaled_dot_product_flash_attention_backward", false)]
    [InlineData("attention is not implemented", false)]
    public void Recognises_the_exception(string message, bool isMissing)
    {
        Assert.Equal(isMissing, AttentionKernels.IsMissing(new ExternalException(message)));
        Assert.Equal(isMissing, AttentionKernels.IsMissing(new InvalidOperationException("a step failed", new ExternalException(message))));
    }

    private static Tensor Loss(Tensor[] inputs, bool causal) =>
        scaled_dot_product_attention(inputs[0], inputs[1], inputs[2], is_casual: causal).sin().sum();

    private static double[] Product(Tensor[] inputs, Tensor[] direction, bool causal)
    {
        Tensor[] leaves = [.. inputs.Select(input => input.clone().requires_grad_())];
        LossGradient gradient = Autograd.Gradient(Loss(leaves, causal), leaves, [], createGraph: true);
        Tensor flat = cat([.. direction.Select(part => part.reshape(-1))]);
        return HostNumbers.Read(Autograd.Adjoint(gradient, leaves, [], flat).Parameter);
    }

    private static double[] Gradient(Tensor[] inputs, Tensor[] direction, double by, bool causal)
    {
        Tensor[] leaves = [.. inputs.Zip(direction, (input, part) => (input + by * part).requires_grad_())];
        return HostNumbers.Read(Autograd.Gradient(Loss(leaves, causal), leaves, [], createGraph: false).Flat);
    }

    [DllImport("libtorch_cpu.so", EntryPoint = "_ZN2at13globalContextEv")]
    private static extern nint Context();

    [DllImport("libtorch_cpu.so", EntryPoint = "_ZNK2at7Context26userEnabledMemEfficientSDPEv")]
    [return: MarshalAs(UnmanagedType.U1)]
    private static extern bool MemoryEfficient(nint context);

    [DllImport("libtorch_cpu.so", EntryPoint = "_ZNK2at7Context19userEnabledCuDNNSDPEv")]
    [return: MarshalAs(UnmanagedType.U1)]
    private static extern bool CuDnn(nint context);
}
