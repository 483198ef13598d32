using System.CommandLine;
using static Samples.SampleOptions;

namespace Samples.DataReweighting;

/// <summary>What to run, read from the command line and checked.</summary>
internal sealed record Options
{
    public required string DataFolder { get; init; }

    /// <summary>The fraction of the training labels that are made wrong.</summary>
    public required double Corrupted { get; init; }

    public required int Steps { get; init; }

    public required int Window { get; init; }

    public required int Seed { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    public required string OutputFolder { get; init; }

    /// <summary>Reads the arguments; answers --help and --version itself, with null.</summary>
    /// <exception cref="UsageException">An option is unknown or impossible.</exception>
    public static Options? Parse(string[] arguments)
    {
        Option<string> data = Text("--data", "DIR", "Folder with the four gzip IDX files of Fashion-MNIST. Default: the subset built in.");
        Option<int> corrupted = Number("--corrupted", "Per cent of the training labels that are made wrong.", 40, smallest: 1, largest: 90);
        Option<int> steps = Number("--steps", "Training steps of each method.", 3000, smallest: 1);
        Option<int> window = Number("--window", "Training steps between two moves of the weights, at most --steps.", 50, smallest: 1);
        Option<int> seed = Number("--seed", "Seed of wrong labels, initial parameters and batches.", 0, smallest: 0);
        Option<string> device = SampleDevice.Option();
        Option<int> threads = Number("--threads", "Threads per operation; on 1, runs repeat exactly.", 1, smallest: 1, largest: 1024);
        Option<string> output = Output("summary.json, trajectory.csv, weights.csv and weights.png");

        RootCommand command = new("Trains a network on Fashion-MNIST images with wrong labels while it learns a weight for every image.")
        {
            data, corrupted, steps, window, seed, device, threads, output,
        };
        if (Read(command, arguments) is not { } parsed)
            return null;
        return new()
        {
            DataFolder = parsed.GetValue(data) ?? FashionMnistData.DefaultFolder,
            Corrupted = parsed.GetValue(corrupted) / 100.0,
            Steps = parsed.GetValue(steps),
            Window = WindowOf(parsed, window, steps),
            Seed = parsed.GetValue(seed),
            Device = parsed.GetValue(device)!,
            Threads = parsed.GetValue(threads),
            OutputFolder = OutputFolderOf(parsed, output),
        };
    }
}
