using Samples;
using Samples.Study.Cells;
using Samples.Study.Outcomes;
using TorchSharp;

namespace Declarative.Tests.Samples.Study;

public sealed class TaskTrainingTests
{
    private static readonly OutcomeTask Task = OutcomeTasks.All.Single(task => task.Name == "logistic-slow") with { Steps = 24, Images = 400 };

    /// <summary>Trainings that are kept and go on are the same as one without a break, and the winner is the best of those that ran to the end.</summary>
    [Fact]
    public void Successive_halving_ends_where_its_winner_ends_on_its_own()
    {
        using var scope = torch.NewDisposeScope();
        using FashionMnistData data = FashionMnistData.Load(scale: PixelScale.Normalized);
        CellKey key = new("outcomes", Task.Name, OutcomeCells.Halving, CellKey.Single, 1);

        CellResult result = SuccessiveHalving.Run(key, Task, data);

        Dictionary<string, double> winner = Task.Start.Keys.ToDictionary(name => name, name => result.Numbers[Outcome.Setting + name]);
        using TaskTraining alone = new(Task, data, seed: 1, winner, options: null, validationBatch: 500);
        alone.Run(trainer => trainer.Run(Task.Steps));
        Assert.Equal(alone.Validate().Loss, result.Numbers[Outcome.ValidationLoss]);
        Assert.Equal(alone.Test().Accuracy, result.Numbers[Outcome.TestAccuracy]);
        Assert.True(result.CpuSeconds > 0);
    }

    [Fact]
    public void A_training_that_diverges_says_so_and_goes_no_further()
    {
        using var scope = torch.NewDisposeScope();
        using FashionMnistData data = FashionMnistData.Load(scale: PixelScale.Normalized);
        Dictionary<string, double> wild = new(Task.Start) { ["learningRate"] = 1e30 };
        using TaskTraining training = new(Task, data, seed: 0, wild, options: null, validationBatch: 500);

        training.Run(trainer => trainer.Run(Task.Steps));

        Assert.NotNull(training.Divergence);
        training.Run(_ => Assert.Fail("It must not go on."));
        CellResult result = Outcome.Of(new("outcomes", Task.Name, TuningMethods.Fixed, CellKey.Single, 0), training, new());
        Assert.Equal(1, result.Numbers[Outcome.Diverged]);
        Assert.Equal(training.Divergence, result.Words["divergence"]);
    }
}
