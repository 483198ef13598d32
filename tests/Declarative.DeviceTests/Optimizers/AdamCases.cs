using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Adam and what was made of it.</summary>
internal static class AdamCases
{
    private static readonly Dictionary<string, double> Settings = new()
    {
        ["learningRate"] = .1, ["beta1"] = .7, ["beta2"] = .9, ["epsilon"] = 1e-2, ["weightDecay"] = .05,
    };

    // The second moment has to fall now and then, or its largest value is the last one.
    private static readonly Dictionary<string, double> AmsgradSettings = new(Settings) { ["beta2"] = .4 };

    private static readonly Dictionary<string, double> NAdamSettings = new(Settings) { ["momentumDecay"] = .5 };

    public static IReadOnlyList<OptimizerCase> All { get; } =
    [
        new("Adam", () => new Adam(), Settings, (p, g, o, h, t) => p - AdamStep(g + h["weightDecay"] * p, o, h, t), 0, 0),
        new("AdamW", () => new AdamW(), Settings, (p, g, o, h, t) => p - h["learningRate"] * h["weightDecay"] * p - AdamStep(g, o, h, t), 0, 0),
        new("Adam with AMSGrad", () => new Adam(amsgrad: true), AmsgradSettings,
            (p, g, o, h, t) => p - AmsgradStep(g + h["weightDecay"] * p, o, h, t), 0, 0, 0),
        new("AdamW with AMSGrad", () => new AdamW(amsgrad: true), AmsgradSettings,
            (p, g, o, h, t) => p - h["learningRate"] * h["weightDecay"] * p - AmsgradStep(g, o, h, t), 0, 0, 0),
        new("Adamax", () => new Adamax(), Settings, (p, g, o, h, t) =>
        {
            Tensor decayed = g + h["weightDecay"] * p;
            o[0] = h["beta1"] * o[0] + (1 - h["beta1"]) * decayed;
            Tensor[] norms = [h["beta2"] * o[1], decayed.abs() + h["epsilon"]];
            o[1] = stack(norms).amax(0);
            return p - h["learningRate"] / (1 - h["beta1"].pow(t)) * o[0] / o[1];
        }, 0, 0),
        new("NAdam", () => new NAdam(), NAdamSettings, (p, g, o, h, t) => p - NAdamStep(g + h["weightDecay"] * p, o, h, t), 0, 0, 1),
        new("NAdam, decoupled", () => new NAdam(decoupled: true), NAdamSettings,
            (p, g, o, h, t) => p - h["learningRate"] * h["weightDecay"] * p - NAdamStep(g, o, h, t), 0, 0, 1),
        new("RAdam", () => new RAdam(), Settings, (p, g, o, h, t) => p - RAdamStep(g + h["weightDecay"] * p, o, h, t), 0, 0),
        new("RAdam, decoupled", () => new RAdam(decoupled: true), Settings,
            (p, g, o, h, t) => p - h["learningRate"] * h["weightDecay"] * p - RAdamStep(g, o, h, t), 0, 0),
        new("Lamb", () => new Lamb(), Settings, (p, g, o, h, t) =>
        {
            (Tensor first, Tensor second) = Moments(g, o, h, t);
            Tensor direction = first / (OptimizerCase.Root(second) + h["epsilon"]) + h["weightDecay"] * p;
            return p - h["learningRate"] * OptimizerCase.Norm(p) / OptimizerCase.Norm(direction) * direction;
        }, 0, 0),
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

    private static Tensor AmsgradStep(Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t)
    {
        (Tensor first, _) = Moments(g, o, h, t);
        o[2] = maximum(o[2], o[1]);
        return h["learningRate"] * first / (OptimizerCase.Root(o[2]) / (1 - h["beta2"].pow(t)).sqrt() + h["epsilon"]);
    }

    private static Tensor RAdamStep(Tensor g, Tensor[] o, IReadOnlyDictionary<string, Tensor> h, int t)
    {
        (Tensor first, _) = Moments(g, o, h, t);
        Tensor infinite = 2 / (1 - h["beta2"]) - 1;
        Tensor power = h["beta2"].pow(t);
        Tensor rho = infinite - 2 * t * power / (1 - power);
        if (rho.ToDouble() <= 5)
            return h["learningRate"] * first;
        Tensor rectification = ((rho - 4) * (rho - 2) * infinite / ((infinite - 4) * (infinite - 2) * rho)).sqrt();
        return h["learningRate"] * rectification * first * (1 - power).sqrt() / (OptimizerCase.Root(o[1]) + h["epsilon"]);
    }
}
