using System.Security.Cryptography;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Checkpoints;

/// <summary>The test assembly as a program of its own: trains, and goes on from the checkpoints that are there. It is killed while it does.</summary>
internal static class KilledRun
{
    private const int Steps = 1600;

    /// <summary>Runs until it is done or killed; done, it says what it came to.</summary>
    /// <param name="arguments">The checkpoint folder.</param>
    public static int Main(string[] arguments)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        using var data = new Generator(1);
        Tensor inputs = randn([300, 20], generator: data), labels = randint(0, 5, [300], dtype: ScalarType.Int64, generator: data);
        using Sequential model = nn.Sequential(("first", nn.Linear(20, 256)), ("dropout", nn.Dropout(.1)), ("tanh", nn.Tanh()), ("last", nn.Linear(256, 5)));
        using (no_grad())
            foreach (Parameter parameter in model.parameters())
                parameter.uniform_(-.1, .1, new Generator(2));
        var problem = new BilevelProblem(model, new Adam(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        using var training = new TensorBatchSource(inputs[..250], labels[..250], 25);
        using var validation = new TensorBatchSource(inputs[250..], labels[250..], 50);
        using var trainer = new BilevelTrainer(problem, training, validation, new GlocalOptions { Window = 4 });
        var folder = new CheckpointFolder(arguments[0]) { Interval = TimeSpan.Zero };
        CheckpointReport? from = trainer.Resume(folder);
        Console.WriteLine($"from {from?.Step ?? 0}");
        if (trainer.Steps < Steps)
            trainer.Run(Steps - trainer.Steps, checkpoints: folder);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in model.parameters())
            hash.AppendData(parameter.detach().bytes);
        Console.WriteLine($"done {Convert.ToHexString(hash.GetHashAndReset())} {string.Join(' ', problem.Hyperparameters.Select(item => item.Value.ToString("R")))}");
        return 0;
    }
}
