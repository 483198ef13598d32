using static TorchSharp.torch;

namespace Declarative.Tests.Optimizers;

/// <summary>Adam and what was made of it.</summary>
internal static class AdamCases
{
    private static readonly Dictionary<string, double> Settings = new()
    {
        ["learningRate"] = .1, ["beta1"] = .7, ["beta2"] = .9, ["epsilon"] = 1e-2, ["weightDecay"] = .05,
    };

    private static readonly Dictionary<string, double> NAdamSettings = new(Settings) { ["momentumDecay"] = .5 };

    public static IReadOnlyList<OptimizerCase> All { get; } =
    [
        new("Adam", () => new Adam(), Settings, (p, g, o, h, t) => p - AdamStep(g + h["weightDecay"] * p, o, h, t), 0, 0),
        new("AdamW", () => new AdamW(), Settings, (p, g, o, h, t) => p - h["learningRate"] * h["weightDecay"] * p - AdamStep(g, o, h, t), 0, 0),
        new("NAdam", () => new NAdam(), NAdamSettings, (p, g, o, h, t) => p - NAdamStep(g + h["weightDecay"] * p, o, h, t), 0, 0, 1),
        new("NAdam, decoupled", () => new NAdam(decoupled: true), NAdamSettings,
            (p, g, o, h, t) => p - h["learningRate"] * h["weightDecay"] * p - NAdamStep(g, o, h, t), 0, 0, 1),
    ];

    private static (Tensor First, Tensor Second) Moments(Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t)
    {
        o[0] = h["beta1"] * o[0] + (1 - h["beta1"]) * g;
        o[1] = h["beta2"] * o[1] + (1 - h["beta2"]) * g * g;
        return (o[0] / (1 - h["beta1"].pow(t)), o[1] / (1 - h["beta2"].pow(t)));
    }

    private static Tensor AdamStep(Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t)
    {
        (Tensor first, Tensor second) = Moments(g, o, h, t);
        return h["learningRate"] * first / (OptimizerCase.Root(second) + h["epsilon"]);
    }

    private static Tensor NAdamStep(Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t)
    {
        Tensor Schedule(int step) => h["beta1"] * (1 - .5 * (step * h["momentumDecay"] * Math.Log(.96)).exp());
        Tensor denominator = OptimizerCase.Root(Moments(g, o, h, t).Second) + h["epsilon"];
        o[2] = o[2] * Schedule(t);
        return h["learningRate"] * (1 - Schedule(t)) / (1 - o[2]) * g / denominator
            + h["learningRate"] * Schedule(t + 1) / (1 - o[2] * Schedule(t + 1)) * o[0] / denominator;
    }
}
