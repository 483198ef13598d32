using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Optimizers that step along the gradient or its average.</summary>
internal static class GradientDescentCases
{
    private static readonly Dictionary<string, double> SgdSettings = new()
    {
        ["learningRate"] = .3, ["momentum"] = .8, ["dampening"] = .2, ["weightDecay"] = .05,
    };

    private static readonly Dictionary<string, double> AsgdSettings = new()
    {
        ["learningRate"] = .3, ["decay"] = .2, ["decayPower"] = .6, ["weightDecay"] = .05,
    };

    public static IReadOnlyList<OptimizerCase> All { get; } =
    [
        new("Sgd", () => new Sgd(), SgdSettings, (p, g, o, h, t) => p - h["learningRate"] * SgdVelocity(p, g, o, h, t).Velocity, 0),
        new("Sgd with Nesterov", () => new Sgd(nesterov: true), SgdSettings, (p, g, o, h, t) =>
        {
            (Tensor decayed, Tensor velocity) = SgdVelocity(p, g, o, h, t);
            return p - h["learningRate"] * (decayed + h["momentum"] * velocity);
        }, 0),
        new("Sgd that maximizes", () => new Sgd(maximize: true), SgdSettings,
            (p, g, o, h, t) => p - h["learningRate"] * SgdVelocity(p, g.neg(), o, h, t).Velocity, 0),
        new("Asgd", () => new Asgd(), AsgdSettings, (p, g, o, h, t) => AsgdStep(p, g, o, h, t, averageFrom: 1_000_000), 0),
        new("Asgd that averages from step 1", () => new Asgd(averageFrom: 1), AsgdSettings, (p, g, o, h, t) => AsgdStep(p, g, o, h, t, averageFrom: 1), 0),
        new("Lion", () => new Lion(beta1: .7, beta2: .8), new Dictionary<string, double> { ["learningRate"] = .1, ["weightDecay"] = .05 }, (p, g, o, h, t) =>
        {
            Tensor interpolated = .7 * o[0] + (1 - .7) * g;
            o[0] = .8 * o[0] + (1 - .8) * g;
            return p - h["learningRate"] * (interpolated.sign() + h["weightDecay"] * p);
        }, 0),
        new("Lars", () => new Lars(), new Dictionary<string, double>
        {
            ["learningRate"] = .5, ["momentum"] = .8, ["weightDecay"] = .05, ["trustCoefficient"] = .2,
        }, (p, g, o, h, t) =>
        {
            Tensor norm = OptimizerCase.Norm(p);
            Tensor ratio = h["trustCoefficient"] * norm / (OptimizerCase.Norm(g) + h["weightDecay"] * norm);
            o[0] = h["momentum"] * o[0] + h["learningRate"] * ratio * (g + h["weightDecay"] * p);
            return p - o[0];
        }, 0),
    ];

    private static (Tensor Decayed, Tensor Velocity) SgdVelocity(Tensor p, Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t)
    {
        Tensor decayed = g + h["weightDecay"] * p;
        o[0] = t == 1 ? decayed : h["momentum"] * o[0] + (1 - h["dampening"]) * decayed;
        return (decayed, o[0]);
    }

    // PyTorch computes η and μ of the next step at the end of each; those of the first are the learning rate and 1.
    private static Tensor AsgdStep(Tensor p, Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t, int averageFrom)
    {
        Tensor eta = h["learningRate"];
        double mu = 1;
        if (t > 1)
        {
            eta = h["learningRate"] / (1 + h["decay"] * h["learningRate"] * (t - 1)).pow(h["decayPower"]);
            mu = 1.0 / Math.Max(1, t - 1 - averageFrom);
        }
        Tensor decayed = g + h["weightDecay"] * p;
        p = p * (1 - h["decay"] * eta) - eta * decayed;
        o[0] = o[0] + (p - o[0]) * mu;
        return p;
    }
}
