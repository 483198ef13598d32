using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Declarative.Tests.Training;

/// <summary>A run of any length needs no more memory than its first windows.</summary>
public sealed class MemoryTests
{
    [Theory]
    [InlineData(HypergradientMode.Forward, ReverseStorage.Automatic, 0.0, 2_000)]
    [InlineData(HypergradientMode.Forward, ReverseStorage.Automatic, 0.8, 10_000)]
    [InlineData(HypergradientMode.Forward, ReverseStorage.Automatic, 0.95, 2_000)]
    [InlineData(HypergradientMode.Reverse, ReverseStorage.Graphs, 0.0, 10_000)]
    [InlineData(HypergradientMode.Reverse, ReverseStorage.States, 0.0, 2_000)]
    [InlineData(HypergradientMode.Reverse, ReverseStorage.Checkpoints, 0.0, 2_000)]
    public void Thousands_of_steps_hold_what_two_hundred_hold(HypergradientMode mode, ReverseStorage storage, double discount, int steps)
    {
        using var scope = NewDisposeScope();
        using Sequential model = nn.Sequential(("first", nn.Linear(50, 16)), ("relu", nn.ReLU()), ("dropout", nn.Dropout(.1)), ("second", nn.Linear(16, 10)));
        Tensor inputs = randn(500, 50);
        Tensor labels = randint(0, 10, [500], dtype: ScalarType.Int64);
        var problem = new BilevelProblem(model, new Adam(), batch => cross_entropy(model.call(batch.Inputs), batch.Targets),
            batch => cross_entropy(model.call(batch.Inputs), batch.Targets));
        using var training = new TensorBatchSource(inputs.narrow(0, 0, 400), labels.narrow(0, 0, 400), 20);
        using var validation = new TensorBatchSource(inputs.narrow(0, 400, 100), labels.narrow(0, 400, 100), 50);
        using var trainer = new BilevelTrainer(problem, training, validation, new GlocalOptions
        {
            Mode = mode,
            Storage = storage,
            Window = 20,
            Memory = discount == 0 ? TangentMemory.Reset : discount == .95 ? TangentMemory.Guarded(discount) : TangentMemory.Discounted(discount),
        });

        trainer.Run(200);
        (long tensors, double resident) = Measure();
        trainer.Run(steps - 200);
        (long laterTensors, double laterResident) = Measure();

        Assert.Equal(tensors, laterTensors);
        Assert.InRange(laterResident - resident, double.NegativeInfinity, 20);
    }

    private static (long Tensors, double ResidentMebibytes) Measure()
    {
        // So that what earlier tests left to the finalizer is not counted here.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return (Tensor.TotalCount, process.WorkingSet64 / 1048576.0);
    }
}
