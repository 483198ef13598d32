using Samples;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.Benchmarks;

/// <summary>The models that steps are timed on.</summary>
internal static class Models
{
    /// <summary>A perceptron of 101,770 parameters in 4 tensors, and a convolutional network of 61,706 in 10.</summary>
    public static (string Name, Func<Module<Tensor, Tensor>> Create)[] All { get; } = [("MLP 784-128-10", () => new Mlp(0)), ("LeNet", () => new LeNet(0))];
}
