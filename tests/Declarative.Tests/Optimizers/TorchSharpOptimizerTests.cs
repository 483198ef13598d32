using Declarative.Rules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Declarative.Tests.Optimizers;

/// <summary>The built-in optimizers against those that TorchSharp ports from PyTorch, where there is one: the same parameters after the
/// same gradients.</summary>
/// <remarks>Two are left out: its SGD that maximizes climbs the weight decay too, as older versions of PyTorch did, and its RAdam applies the
/// learning rate twice.</remarks>
public sealed class TorchSharpOptimizerTests
{
    private static readonly Dictionary<string, Func<Parameter[], Func<string, double>, optim.Optimizer>> others = new()
    {
        ["Sgd"] = (p, h) => optim.SGD(p, h("learningRate"), h("momentum"), h("dampening"), h("weightDecay")),
        ["Adagrad"] = (p, h) => optim.Adagrad(p, h("learningRate"), h("learningRateDecay"), h("weightDecay"), h("initialAccumulator"), h("epsilon")),
        ["RmsProp"] = (p, h) => optim.RMSProp(p, h("learningRate"), h("smoothing"), h("epsilon"), h("weightDecay"), h("momentum")),
        ["RmsProp, centred"] = (p, h) => optim.RMSProp(p, h("learningRate"), h("smoothing"), h("epsilon"), h("weightDecay"), h("momentum"), centered: true),
        ["Adadelta"] = (p, h) => optim.Adadelta(p, h("learningRate"), h("smoothing"), h("epsilon"), h("weightDecay")),
        ["Adam"] = (p, h) => optim.Adam(p, h("learningRate"), h("beta1"), h("beta2"), h("epsilon"), h("weightDecay")),
        ["AdamW"] = (p, h) => optim.AdamW(p, h("learningRate"), h("beta1"), h("beta2"), h("epsilon"), h("weightDecay")),
        ["Adam with AMSGrad"] = (p, h) => optim.Adam(p, h("learningRate"), h("beta1"), h("beta2"), h("epsilon"), h("weightDecay"), amsgrad: true),
        ["AdamW with AMSGrad"] = (p, h) => optim.AdamW(p, h("learningRate"), h("beta1"), h("beta2"), h("epsilon"), h("weightDecay"), amsgrad: true),
        ["Adamax"] = (p, h) => optim.Adamax(p, h("learningRate"), h("beta1"), h("beta2"), h("epsilon"), h("weightDecay")),
        ["NAdam"] = (p, h) => optim.NAdam(p, h("learningRate"), h("beta1"), h("beta2"), h("epsilon"), h("weightDecay"), h("momentumDecay")),
        ["Asgd"] = (p, h) => optim.ASGD(p, h("learningRate"), h("decay"), h("decayPower"), weight_decay: h("weightDecay")),
    };

    public static TheoryData<string> Names => [.. others.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Takes_the_steps_that_TorchSharp_takes(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        IUpdateRule rule = OptimizerCase.Of(name).CreateSet();
        Tensor start = randn([7], dtype: ScalarType.Float64, generator: generator);
        using var parameter = new Parameter(start.clone());
        using optim.Optimizer other = others[name]([parameter], setting => rule.Hyperparameters[setting].Value);
        using var state = new UpdateState(rule.States, start) { Parameter = start };
        for (int step = 1; step <= 6; step++)
        {
            Tensor gradient = randn([7], dtype: ScalarType.Float64, generator: generator);
            other.zero_grad();
            (parameter * gradient).sum().backward();
            other.step();
            state.Gradient = gradient;
            state.Step = step;
            rule.Step(state);
            Assert.True((parameter.detach() - state.Parameter).abs().max().item<double>() <= 1e-12,
                $"step {step}: TorchSharp has {parameter.str()}, this library {state.Parameter.str()}");
        }
    }
}
