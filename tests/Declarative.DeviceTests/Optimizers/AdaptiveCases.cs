using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Optimizers that scale each entry by the root of a sum or an average of its squared gradients.</summary>
internal static class AdaptiveCases
{
    private static readonly Dictionary<string, double> RmsPropSettings = new()
    {
        ["learningRate"] = .05, ["smoothing"] = .9, ["epsilon"] = 1e-2, ["momentum"] = .5, ["weightDecay"] = .05,
    };

    public static IReadOnlyList<OptimizerCase> All { get; } =
    [
        new("Adagrad", () => new Adagrad(), new Dictionary<string, double>
        {
            ["learningRate"] = .2, ["learningRateDecay"] = .1, ["initialAccumulator"] = .02, ["epsilon"] = 1e-2, ["weightDecay"] = .05,
        }, (p, g, o, h, t) =>
        {
            Tensor decayed = g + h["weightDecay"] * p;
            o[0] = (t == 1 ? h["initialAccumulator"] : o[0]) + decayed * decayed;
            return p - h["learningRate"] / (1 + (t - 1) * h["learningRateDecay"]) * decayed / (OptimizerCase.Root(o[0]) + h["epsilon"]);
        }, 0),
        new("RmsProp", () => new RmsProp(), RmsPropSettings, (p, g, o, h, t) => RmsPropStep(p, g, o, h, centered: false), 0, 0, 0),
        new("RmsProp, centred", () => new RmsProp(centered: true), RmsPropSettings, (p, g, o, h, t) => RmsPropStep(p, g, o, h, centered: true), 0, 0, 0),
        new("Adadelta", () => new Adadelta(), new Dictionary<string, double>
        {
            ["learningRate"] = .8, ["smoothing"] = .8, ["epsilon"] = 1e-2, ["weightDecay"] = .05,
        }, (p, g, o, h, t) =>
        {
            Tensor decayed = g + h["weightDecay"] * p;
            o[0] = h["smoothing"] * o[0] + (1 - h["smoothing"]) * decayed * decayed;
            Tensor change = (o[1] + h["epsilon"]).sqrt() / (o[0] + h["epsilon"]).sqrt() * decayed;
            o[1] = h["smoothing"] * o[1] + (1 - h["smoothing"]) * change * change;
            return p - h["learningRate"] * change;
        }, 0, 0),
    ];

    private static Tensor RmsPropStep(Tensor p, Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, bool centered)
    {
        Tensor decayed = g + h["weightDecay"] * p;
        o[0] = h["smoothing"] * o[0] + (1 - h["smoothing"]) * decayed * decayed;
        o[1] = h["smoothing"] * o[1] + (1 - h["smoothing"]) * decayed;
        o[2] = h["momentum"] * o[2] + decayed / (OptimizerCase.Root(centered ? o[0] - o[1] * o[1] : o[0]) + h["epsilon"]);
        return p - h["learningRate"] * o[2];
    }
}
