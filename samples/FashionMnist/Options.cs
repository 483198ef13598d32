using System.CommandLine;
using static Samples.SampleOptions;

namespace Samples.FashionMnist;

/// <summary>What to run, read from the command line and checked.</summary>
internal sealed record Options
{
    public static readonly string[] AllMethods = ["fixed", "local", "glocal", "guarded"];

    public required string DataFolder { get; init; }

    public required string Model { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    public required int Steps { get; init; }

    public required int Window { get; init; }

    public required int Seed { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    public required string OutputFolder { get; init; }

    public string? ReportFolder { get; init; }

    public string? CheckpointFolder { get; init; }

    /// <summary>Reads the arguments; answers --help and --version itself, with null.</summary>
    /// <exception cref="UsageException">An option is unknown or impossible.</exception>
    public static Options? Parse(string[] arguments)
    {
        Option<string> data = Text("--data", "DIR", "Folder with the four gzip IDX files of Fashion-MNIST. Default: the subset built in.");
        Option<string> model = Choice("--model", "The network to train.", "mlp", "mlp", "lenet");
        Option<string> method = Choice("--method", "How the hyperparameters are tuned.", "all", [.. AllMethods, "all"]);
        Option<int> steps = Number("--steps", "Training steps.", 2000, smallest: 1);
        Option<int> window = Number("--window", "Training steps between two moves of the settings (local, glocal), at most --steps.", 50, smallest: 1);
        Option<int> seed = Number("--seed", "Seed of initial parameters and batches.", 0, smallest: 0);
        Option<string> device = SampleDevice.Option();
        Option<int> threads = Number("--threads", "Threads per operation; on 1, runs repeat exactly.", 1, smallest: 1, largest: 1024);
        Option<string> output = Output("summary.json, trajectory.csv and trajectory.png"), report = Report();
        Option<string> checkpoints = Text("--checkpoints", "DIR", "Folder for checkpoints, from which a run that was stopped goes on. Give --out too: trajectory.csv is gone on with there; trajectory.png "
            + "has what was trained since. Default: none are written.");

        RootCommand command = new("Trains a network on Fashion-MNIST images while it tunes learning rate, momentum and weight decay.")
        {
            data, model, method, steps, window, seed, device, threads, output, report, checkpoints,
        };
        if (Read(command, arguments) is not { } parsed)
            return null;
        return new()
        {
            DataFolder = parsed.GetValue(data) ?? FashionMnistData.DefaultFolder,
            Model = parsed.GetValue(model)!,
            Methods = parsed.GetValue(method) == "all" ? AllMethods : [parsed.GetValue(method)!],
            Steps = parsed.GetValue(steps),
            Window = WindowOf(parsed, window, steps),
            Seed = parsed.GetValue(seed),
            Device = parsed.GetValue(device)!,
            Threads = parsed.GetValue(threads),
            OutputFolder = OutputFolderOf(parsed, output),
            ReportFolder = parsed.GetValue(report),
            CheckpointFolder = parsed.GetValue(checkpoints),
        };
    }
}
