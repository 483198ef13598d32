using Samples;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Declarative.DeviceTests;

/// <summary>A model whose steps are timed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Create">Makes it, the same each time, on the CPU.</param>
/// <param name="InputShape">The shape of one example.</param>
/// <param name="Batch">The examples of a batch.</param>
/// <param name="Bar">What a step may cost over its bare calls; null where nothing was promised.</param>
/// <param name="HasPeak">Whether its peak memory is asked, in a process for each mode.</param>
internal sealed record SpeedModel(string Name, Func<Module<Tensor, Tensor>> Create, long[] InputShape, int Batch, double? Bar, bool HasPeak);

/// <summary>How much is measured.</summary>
internal sealed record SpeedSizes
{
    /// <summary>Whether they only show that everything runs.</summary>
    public bool IsQuick { get; init; }

    /// <summary>The models, from the smallest to the largest.</summary>
    public required IReadOnlyList<SpeedModel> Models { get; init; }

    /// <summary>Steps of a window.</summary>
    public required int Window { get; init; }

    /// <summary>Windows of a round.</summary>
    public required int Windows { get; init; }

    /// <summary>Rounds that count.</summary>
    public required int Rounds { get; init; }

    /// <summary>Rounds before them.</summary>
    public required int WarmUps { get; init; }

    /// <summary>Optimizer steps of a round.</summary>
    public required int OptimizerSteps { get; init; }

    /// <summary>The numbers of parameter tensors that optimizers are timed on.</summary>
    public required IReadOnlyList<int> TensorCounts { get; init; }

    /// <summary>The parameters in all these tensors.</summary>
    public required int Parameters { get; init; }

    /// <summary>Steps of a round.</summary>
    public int Steps => Window * Windows;

    /// <summary>For a GPU: a few minutes in all.</summary>
    public static SpeedSizes Whole { get; } = new()
    {
        Models = CreateModels(batches: (128, 128, 128), side: 32),
        Window = 10, Windows = 1, Rounds = 7, WarmUps = 1, OptimizerSteps = 20,
        TensorCounts = [4, 10, 100, 1000], Parameters = 128_000,
    };

    /// <summary>For a test on a CPU: it shows that everything runs, no more, so there are no bars.</summary>
    public static SpeedSizes Quick { get; } = new()
    {
        IsQuick = true, Models = [.. CreateModels(batches: (8, 4, 2), side: 8).Select(model => model with { Bar = null, HasPeak = !model.HasPeak })],
        Window = 2, Windows = 1, Rounds = 1, WarmUps = 1, OptimizerSteps = 2,
        TensorCounts = [4, 100], Parameters = 12_000,
    };

    private static SpeedModel[] CreateModels((int Mlp, int LeNet, int WideResNet) batches, int side) =>
    [
        new("MLP 784-128-10", () => new Mlp(0), [784], batches.Mlp, null, HasPeak: false),
        new("LeNet", () => new LeNet(0), [784], batches.LeNet, 1.10, HasPeak: true),
        new("WideResNet-28-2", () => new WideResNet(0), [3, side, side], batches.WideResNet, 1.03, HasPeak: true),
    ];
}
