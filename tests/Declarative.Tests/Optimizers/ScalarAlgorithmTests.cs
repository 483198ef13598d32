using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Optimizers;

/// <summary>Every optimizer on a single number, for eight steps, against the algorithm of PyTorch's documentation (of the paper, where
/// PyTorch has none) in plain double arithmetic.</summary>
public sealed class ScalarAlgorithmTests
{
    private static readonly double[] gradients = [.9, -.4, .3, 1.1, -.2, .05, .6, -.7];

    private static readonly Dictionary<string, Func<ScalarAlgorithm>> algorithms = new(
        [.. GradientDescentAlgorithms.All, .. AdaptiveAlgorithms.All, .. AdamAlgorithms.All]);

    public static TheoryData<string> Names => [.. OptimizerCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Does_what_the_algorithm_says(string name)
    {
        IUpdateRule rule = OptimizerCase.Of(name).CreateSet();
        ScalarAlgorithm algorithm = algorithms[name]();
        using var scope = NewDisposeScope();
        Tensor parameter = tensor(new[] { 1.5 });
        using var state = new UpdateState(rule.States, parameter) { Parameter = parameter };
        double expected = 1.5;
        for (int step = 1; step <= gradients.Length; step++)
        {
            expected = algorithm(expected, gradients[step - 1], name => rule.Hyperparameters[name].Value, step);
            state.Gradient = tensor(new[] { gradients[step - 1] });
            state.Step = step;
            rule.Step(state);
            Assert.Equal(expected, state.Parameter.item<double>(), 1e-13);
        }
    }
}

/// <summary>A step of a stateful algorithm: (θ, g, φ, t) ↦ θ'.</summary>
internal delegate double ScalarAlgorithm(double parameter, double gradient, Func<string, double> setting, int step);
