using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Optimizers;

/// <summary>A built-in optimizer, settings at which each of its hyperparameters matters, and its formula written a second time, by hand,
/// with hyperparameters that autograd sees.</summary>
/// <param name="Name">Its name in test output.</param>
/// <param name="Create">Makes it.</param>
/// <param name="Settings">Values of all its hyperparameters, none at the end of its domain.</param>
/// <param name="Formula">(θ, g, o, φ, t) ↦ θ', with o changed in place: PyTorch's formula.</param>
/// <param name="States">The number of its states.</param>
public sealed record OptimizerCase(
    string Name,
    Func<IUpdateRule> Create,
    IReadOnlyDictionary<string, double> Settings,
    Func<Tensor, Tensor, Tensor[], IReadOnlyDictionary<string, Tensor>, int, Tensor> Formula,
    int States)
{
    private static readonly Dictionary<string, double> SgdSettings = new()
    {
        ["learningRate"] = .3, ["momentum"] = .8, ["dampening"] = .2, ["weightDecay"] = .05,
    };

    private static readonly Dictionary<string, double> AdamSettings = new()
    {
        ["learningRate"] = .1, ["beta1"] = .7, ["beta2"] = .9, ["epsilon"] = 1e-2, ["weightDecay"] = .05,
    };

    public static IReadOnlyList<OptimizerCase> All { get; } =
    [
        new("Sgd", () => new Sgd(), SgdSettings, (p, g, o, h, t) => p - h["learningRate"] * SgdVelocity(p, g, o, h, t).Velocity, 1),
        new("Sgd with Nesterov", () => new Sgd(nesterov: true), SgdSettings, (p, g, o, h, t) =>
        {
            (Tensor decayed, Tensor velocity) = SgdVelocity(p, g, o, h, t);
            return p - h["learningRate"] * (decayed + h["momentum"] * velocity);
        }, 1),
        new("Adam", () => new Adam(), AdamSettings, (p, g, o, h, t) => p - AdamStep(g + h["weightDecay"] * p, o, h, t), 2),
        new("AdamW", () => new AdamW(), AdamSettings, (p, g, o, h, t) =>
            p - h["learningRate"] * h["weightDecay"] * p - AdamStep(g, o, h, t), 2),
        new("RmsProp", () => new RmsProp(), new Dictionary<string, double>
        {
            ["learningRate"] = .05, ["smoothing"] = .9, ["epsilon"] = 1e-2, ["momentum"] = .5, ["weightDecay"] = .05,
        }, (p, g, o, h, t) =>
        {
            Tensor decayed = g + h["weightDecay"] * p;
            o[0] = h["smoothing"] * o[0] + (1 - h["smoothing"]) * decayed * decayed;
            o[1] = h["momentum"] * o[1] + decayed / (Root(o[0]) + h["epsilon"]);
            return p - h["learningRate"] * o[1];
        }, 2),
    ];

    public static TheoryData<string> Names => [.. All.Select(item => item.Name)];

    public static OptimizerCase Of(string name) => All.Single(item => item.Name == name);

    /// <summary>The optimizer at these settings.</summary>
    public IUpdateRule CreateSet()
    {
        IUpdateRule rule = Create();
        Assert.Equal(Settings.Keys.Order(), rule.Hyperparameters.Select(item => item.Name).Order());
        foreach ((string name, double value) in Settings)
        {
            rule.Hyperparameters[name].Value = value;
            rule.Hyperparameters[name].Learn();
        }
        return rule;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static (Tensor Decayed, Tensor Velocity) SgdVelocity(Tensor p, Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t)
    {
        Tensor decayed = g + h["weightDecay"] * p;
        o[0] = t == 1 ? decayed : h["momentum"] * o[0] + (1 - h["dampening"]) * decayed;
        return (decayed, o[0]);
    }

    private static Tensor AdamStep(Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t)
    {
        o[0] = h["beta1"] * o[0] + (1 - h["beta1"]) * g;
        o[1] = h["beta2"] * o[1] + (1 - h["beta2"]) * g * g;
        Tensor first = o[0] / (1 - h["beta1"].pow(t));
        Tensor second = o[1] / (1 - h["beta2"].pow(t));
        return h["learningRate"] * first / (Root(second) + h["epsilon"]);
    }

    // Autograd's own derivative of the root is infinite at 0, and NaN after the next product; by our convention it is 0.
    private static Tensor Root(Tensor x)
    {
        Tensor isZero = x == 0;
        return where(isZero, x.zeros_like(), where(isZero, x.ones_like(), x).sqrt());
    }
}
