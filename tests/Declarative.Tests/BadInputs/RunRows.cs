using TorchSharp;

namespace Declarative.Tests.BadInputs;

/// <summary>Arguments of the runs, and trainers that are at their end.</summary>
internal static class RunRows
{
    public static IEnumerable<BadInput> All =>
    [
        BadInput.Of<ArgumentOutOfRangeException>("a run of no steps", scene => scene.Trainer.Run(0), "steps"),
        BadInput.Of<ArgumentOutOfRangeException>("a run beyond the last number", scene => scene.Trainer.Run(long.MaxValue), "steps") with { NeedsSteps = true },
        BadInput.Of<ArgumentException>("an observer that is null", scene => scene.Trainer.Run(Scene.Window, [null!]), "observer", "null"),
        BadInput.Of<ArgumentOutOfRangeException>("rounds of no steps", scene => scene.Trainer.RunRestarted(0, 1), "steps"),
        BadInput.Of<ArgumentOutOfRangeException>("no rounds", scene => scene.Trainer.RunRestarted(1, 0), "rounds"),
        BadInput.Of<ArgumentException>("an observer of rounds that is null", scene => scene.Trainer.RunRestarted(1, 1, [null!]), "observer", "null"),
        BadInput.Of<InvalidOperationException>("a bad training loss in a round", scene =>
        {
            scene.Training = batch => scene.GoodTraining(batch).detach();
            scene.Trainer.RunRestarted(2, 2);
        }, "training loss", "detached"),
        BadInput.Of<IOException>("a round that throws in the middle", scene =>
        {
            int calls = 0;
            scene.Batches = step => ++calls == 9 ? throw new IOException("the disk is gone") : scene.GoodBatch(step);
            scene.Trainer.RunRestarted(3, 3);
        }, "the disk is gone") with { After = Aftermath.NewTrainer, IsLate = true },
        BadInput.Of<ArgumentOutOfRangeException>("a global hypergradient over no steps", scene => scene.Trainer.GlobalHypergradient(0), "steps"),
        BadInput.Of<InvalidOperationException>("a global hypergradient that does not fit into the memory", scene =>
        {
            using BilevelTrainer tight = scene.NewTrainer(options: new() { MemoryLimit = 20_000 });
            tight.GlobalHypergradient(100_000);
        }, "100000 steps", "limit of 20000", "MemoryLimit") with { After = Aftermath.NewTrainer },
        BadInput.Of<InvalidOperationException>("a global hypergradient of a bad training loss", scene =>
        {
            scene.Training = batch => scene.GoodTraining(batch).detach();
            scene.Trainer.GlobalHypergradient(4);
        }, "training loss", "detached"),
        BadInput.Of<IOException>("a global hypergradient that throws in the middle", scene =>
        {
            int calls = 0;
            scene.Batches = step => ++calls == 9 ? throw new IOException("the disk is gone") : scene.GoodBatch(step);
            scene.Trainer.GlobalHypergradient(9);
        }, "the disk is gone"),
        NothingLearned("a global hypergradient where nothing is learned", trainer => trainer.GlobalHypergradient(4)),
        NothingLearned("rounds where nothing is learned", trainer => trainer.RunRestarted(4, 2)),
        BadInput.Of<InvalidOperationException>("a loss that runs the trainer", scene =>
        {
            scene.Training = batch =>
            {
                scene.Trainer.Run(1);
                return scene.GoodTraining(batch);
            };
            scene.Run();
        }, "running"),
        BadInput.Of<InvalidOperationException>("an observer that runs the trainer", scene => scene.Trainer.Run(Scene.Window, [new Watcher { Window = () => scene.Trainer.Run(1) }]),
            "running") with { After = Aftermath.NewTrainer, IsLate = true },
        BadInput.Of<InvalidOperationException>("a loss that disposes the trainer", scene =>
        {
            scene.Training = batch =>
            {
                scene.Trainer.Dispose();
                return scene.GoodTraining(batch);
            };
            scene.Run();
        }, "running"),
        BadInput.Of<IOException>("an observer that throws at the start", scene => scene.Trainer.Run(Scene.Window, [new Watcher { Started = () => throw new IOException("the log is full") }]),
            "the log is full"),
        BadInput.Of<ObjectDisposedException>("a run of a trainer that has been disposed", scene => scene.Trainer.Run(1), "BilevelTrainer")
            with { Prepare = scene => scene.Trainer.Dispose(), After = Aftermath.NewTrainer },
        BadInput.Of<ObjectDisposedException>("rounds of a trainer that has been disposed", scene => scene.Trainer.RunRestarted(1, 1), "BilevelTrainer")
            with { Prepare = scene => scene.Trainer.Dispose(), After = Aftermath.NewTrainer },
        BadInput.Of<ObjectDisposedException>("a global hypergradient of a trainer that has been disposed", scene => scene.Trainer.GlobalHypergradient(1), "BilevelTrainer")
            with { Prepare = scene => scene.Trainer.Dispose(), After = Aftermath.NewTrainer },
        BadInput.Of<InvalidOperationException>("a run after another trainer took the model", scene => scene.Run(), "'convolution.weight'", "another trainer", "Make a new trainer")
            with { Prepare = scene => scene.NewTrainer().Dispose(), After = Aftermath.NewTrainer },
    ];

    /// <summary>An observer that does what it is told.</summary>
    internal sealed class Watcher : ITrainingObserver
    {
        public Action Started { get; init; } = () => { };

        public Action Window { get; init; } = () => { };

        public void OnStarted(TrainingPlan plan) => Started();

        public void OnWindow(WindowReport window) => Window();
    }

    private static BadInput NothingLearned(string name, Action<BilevelTrainer> act) => BadInput.Of<InvalidOperationException>(name, scene =>
    {
        using BilevelTrainer other = scene.NewTrainer();
        act(other);
    }, "Nothing is learned", "Learn()") with
    {
        Prepare = scene => scene.Problem.Hyperparameters.Fix(),
        Repair = scene =>
        {
            foreach (Hyperparameter item in scene.Problem.Hyperparameters.Where(item => item.Name is "learningRate" or "momentum" or "weightDecay" or "scale"))
                item.Learn();
        },
        After = Aftermath.NewTrainer,
    };
}
