using Declarative;
using Samples.Study.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Samples.Study.Outcomes;

/// <summary>A training task with a start that is far from good.</summary>
internal sealed record OutcomeTask
{
    public required string Name { get; init; }

    /// <summary>mlp, lenet or logistic.</summary>
    public required string Model { get; init; }

    /// <summary>How many of the 10,000 training images there are.</summary>
    public int Images { get; init; } = 10_000;

    public required Func<IUpdateRule> Optimizer { get; init; }

    /// <summary>The settings that are learned, and where they start.</summary>
    public required IReadOnlyDictionary<string, double> Start { get; init; }

    public int Steps { get; init; } = 2000;

    /// <summary>How many seeds grids and schedules are done with, which are the greater part of a task's cost.</summary>
    public int GridSeeds { get; init; } = 1;

    /// <summary>The task that differs from this one in its start alone, whose grid and schedules are this one's too; null for one of its own.</summary>
    public string? GridOf { get; init; }

    /// <summary>Where searches and grids look: the settings that are learned.</summary>
    public required SearchRange[] Space { get; init; }

    /// <summary>A fresh model.</summary>
    public Module<Tensor, Tensor> CreateModel(int seed) => Model switch
    {
        "mlp" => new Mlp(seed),
        "lenet" => new LeNet(seed),
        "logistic" => new Logistic(seed),
        _ => throw new InvalidOperationException($"There is no model '{Model}'."),
    };
}
