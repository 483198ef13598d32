using Declarative;

namespace Samples.Study.Outcomes;

/// <summary>The tasks: bad starts of every kind.</summary>
internal static class OutcomeTasks
{
    private static readonly SearchRange[] OfSgd =
    [
        new("learningRate", 1e-3, 1, 0.003, 0.01, 0.03, 0.1, 0.3, 1),
        new("momentum", 0.005, 1, 0, 0.9, 0.97) { IsDistanceFromOne = true },
        new("weightDecay", 1e-6, 1e-1, 1e-4, 5e-3),
    ];

    private static readonly SearchRange[] OfAdam =
    [
        new("learningRate", 1e-5, 1e-1, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
        new("beta1", 0.01, 1, 0.5, 0.9) { IsDistanceFromOne = true },
        new("beta2", 1e-4, 0.1, 0.999) { IsDistanceFromOne = true },
        new("epsilon", 1e-8, 1e-2, 1e-8, 1e-5, 1e-3),
    ];

    private const string Plain = "mlp-slow";

    public static readonly IReadOnlyList<OutcomeTask> All =
    [
        Sgd(Plain, "mlp", 1e-3, 0.5, 1e-4) with { GridSeeds = 3 },
        Sgd("mlp-fast", "mlp", 0.3, 0.9, 1e-4) with { GridOf = Plain },
        Sgd("mlp-small-data", "mlp", 0.01, 0.9, 1e-6) with { Images = 2000 },
        Sgd("mlp-momentum", "mlp", 0.01, 0.99, 1e-4) with { GridOf = Plain },
        Sgd("logistic-slow", "logistic", 1e-3, 0.01, 1e-6) with { GridSeeds = 3 },
        Sgd("logistic-small-data", "logistic", 0.1, 0.99, 1e-6) with { Images = 1000, GridSeeds = 3 },
        new()
        {
            Name = "mlp-adam",
            Model = "mlp",
            Optimizer = () => new Adam(),
            Start = new Dictionary<string, double> { ["learningRate"] = 1e-4, ["beta1"] = 0.5, ["beta2"] = 0.9, ["epsilon"] = 1e-3 },
            Space = OfAdam,
        },
        Sgd("lenet-slow", "lenet", 3e-3, 0.5, 1e-5) with { Steps = 500 },
    ];

    private static OutcomeTask Sgd(string name, string model, double learningRate, double momentum, double weightDecay) => new()
    {
        Name = name,
        Model = model,
        Optimizer = () => new Sgd(),
        Start = new Dictionary<string, double> { ["learningRate"] = learningRate, ["momentum"] = momentum, ["weightDecay"] = weightDecay },
        Space = OfSgd,
    };
}
