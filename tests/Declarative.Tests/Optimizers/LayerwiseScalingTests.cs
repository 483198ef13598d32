using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Optimizers;

/// <summary>Rules that scale a step to a tensor's norm, where a norm is 0.</summary>
public sealed class LayerwiseScalingTests
{
    private static readonly double[] gradient = [3, -4];

    [Fact]
    public void Lars_takes_an_unscaled_step_from_a_tensor_of_zeros()
    {
        var rule = new Lars();
        rule.Hyperparameters["learningRate"].Value = .1;
        AssertClose([-.3, .4], Step(rule, [0, 0], gradient));
    }

    [Fact]
    public void Lars_shrinks_a_tensor_without_gradient_by_its_weight_decay_alone()
    {
        var rule = new Lars();
        rule.Hyperparameters["learningRate"].Value = .1;
        rule.Hyperparameters["weightDecay"].Value = .5;
        AssertClose([.95 * 6, .95 * 8], Step(rule, [6, 8], [0, 0]));
    }

    [Fact]
    public void Lamb_takes_an_unscaled_step_from_a_tensor_of_zeros_and_none_without_a_direction()
    {
        var rule = new Lamb();
        rule.Hyperparameters["learningRate"].Value = .1;
        rule.Hyperparameters["weightDecay"].Fix().Value = 0;
        AssertClose([-.1 * (3 / (3 + 1e-6)), .1 * (4 / (4 + 1e-6))], Step(rule, [0, 0], gradient));
        AssertClose([6, 8], Step(rule, [6, 8], [0, 0]));
    }

    // θ' of one step; what it does to tangents and adjoints must be finite.
    private static double[] Step(IUpdateRule rule, double[] start, double[] slope)
    {
        Assert.True(rule.RunsPerTensor);
        using var scope = NewDisposeScope();
        Tensor parameter = tensor(start);
        using var state = new UpdateState(rule.States, parameter) { Parameter = parameter, Gradient = tensor(slope), Step = 1 };
        using var tangents = new UpdateTangents(rule.States, [.. rule.Hyperparameters.Select(_ => NumberTangent.Seed(0, 1))], 1, parameter);
        using var adjoints = new UpdateAdjoints(rule.States, rule.Hyperparameters.Count, ones_like(parameter));
        tangents.Gradient = ones([1, 2], dtype: ScalarType.Float64);
        rule.AdjointStep(state, adjoints);
        rule.TangentStep(state, tangents);
        foreach (Tensor derivative in new[] { tangents.Parameter, adjoints.Parameter, adjoints.Gradient, adjoints.Hyperparameters })
            Assert.True(derivative.isfinite().all().item<bool>(), derivative.str());
        return state.Parameter.data<double>().ToArray();
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach ((double wanted, double found) in expected.Zip(actual))
            Assert.Equal(wanted, found, 1e-12);
    }
}
