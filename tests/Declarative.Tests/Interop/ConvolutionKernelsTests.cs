using Declarative.Interop;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Tests.Interop;

/// <summary>The exchanged double backward of convolutions against libtorch's own, in float64, where that is right.</summary>
public sealed class ConvolutionKernelsTests
{
    public static TheoryData<string> Shapes => ["plain", "strided, padded, no bias", "dilated groups", "one dimension", "three dimensions"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Give_the_gradient_and_the_second_derivatives_of_libtorch(string shape)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        (nn.Module<Tensor, Tensor> Module, long[] Input) made = Create(shape);
        using nn.Module<Tensor, Tensor> first = made.Module;
        first.to(ScalarType.Float64);
        using Sequential model = nn.Sequential(("first", first), ("tanh", nn.Tanh()), ("again", first));
        Tensor input = randn(made.Input, dtype: ScalarType.Float64).requires_grad_();

        double[] native = Derivatives(model, input);
        using (var kernels = new ConvolutionKernels(model))
        {
            Assert.True(kernels.Count > 0);
            double[] exchanged = Derivatives(model, input);
            Assert.Equal(native.Length, exchanged.Length);
            double largest = native.Max(Math.Abs);
            Assert.True(largest > .1);
            for (int i = 0; i < native.Length; i++)
                Assert.Equal(native[i], exchanged[i], 1e-11 * largest);
            Assert.NotEqual(native, exchanged);
        }
        Assert.Equal(native, Derivatives(model, input));
    }

    [Fact]
    public void What_pads_otherwise_is_left_alone()
    {
        using var scope = NewDisposeScope();
        using Conv2d same = nn.Conv2d(1, 2, 3, padding_mode: PaddingModes.Circular, padding: 1);
        using Linear linear = nn.Linear(2, 2);
        using var kernels = new ConvolutionKernels(nn.Sequential(("same", same), ("linear", linear)));
        Assert.Equal(0, kernels.Count);
    }

    [Fact]
    public void A_hook_that_changes_the_output_and_an_operation_in_place_go_on_working()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using Conv2d first = nn.Conv2d(1, 3, 3, dtype: ScalarType.Float64);
        using Sequential model = nn.Sequential(("first", first), ("relu", nn.ReLU(inplace: true)), ("second", nn.Conv2d(3, 2, 2, dtype: ScalarType.Float64)));
        using Tensor factor = tensor(2.0, dtype: ScalarType.Float64);
        first.register_forward_hook((_, _, output) => output.mul_(factor));
        Tensor input = randn([2, 1, 6, 6], dtype: ScalarType.Float64).requires_grad_();

        double[] native = Derivatives(model, input), exchanged;
        using (new ConvolutionKernels(model))
            exchanged = Derivatives(model, input);
        double largest = native.Max(Math.Abs);
        Assert.True(largest > .1);
        for (int i = 0; i < native.Length; i++)
            Assert.Equal(native[i], exchanged[i], 1e-11 * largest);
        Assert.Equal(native, Derivatives(model, input));
    }

    // An exception in there would end the process.
    [Fact]
    public void A_graph_that_outlives_the_kernels_can_be_differentiated()
    {
        using var scope = NewDisposeScope();
        using Conv2d module = nn.Conv2d(1, 2, 3);
        Tensor loss;
        using (new ConvolutionKernels(module))
            loss = module.call(randn(2, 1, 6, 6)).square().sum();
        loss.backward();
        Assert.True(HostNumbers.Read(module.weight.grad!.abs().sum())[0] > 0);
    }

    // The first derivatives with respect to the input and the parameters, and those of their product with a direction.
    private static double[] Derivatives(Sequential model, Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor[] leaves = [input, .. model.parameters()];
        Tensor loss = model.call(input).sin().square().sum();
        LossGradient gradient = Autograd.Gradient(loss, leaves, [], createGraph: true);
        (Tensor second, _) = Autograd.Adjoint(gradient, leaves, [], gradient.Flat.sin());
        return [.. HostNumbers.Read(gradient.Flat), .. HostNumbers.Read(second)];
    }

    private static (nn.Module<Tensor, Tensor>, long[]) Create(string shape) => shape switch
    {
        "plain" => (nn.Conv2d(3, 3, 3), [2, 3, 9, 8]),
        "strided, padded, no bias" => (nn.Conv2d(2, 2, 3, stride: 2, padding: 2, bias: false), [2, 2, 9, 11]),
        "dilated groups" => (nn.Conv2d(4, 4, 2, dilation: 2, groups: 2), [3, 4, 9, 9]),
        "one dimension" => (nn.Conv1d(2, 2, 4, padding: 1), [3, 2, 12]),
        _ => (nn.Conv3d(2, 2, 2), [2, 2, 5, 4, 5]),
    };
}
