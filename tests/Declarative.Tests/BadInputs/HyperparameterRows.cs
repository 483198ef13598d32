using Declarative.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.BadInputs;

/// <summary>Hyperparameters that cannot be what they are asked to be, and such as no loss depends on.</summary>
internal static class HyperparameterRows
{
    public static IEnumerable<BadInput> All =>
    [
        BadInput.Of<KeyNotFoundException>("a name that no hyperparameter has", scene => scene.Problem.Hyperparameters["lr"], "'lr'", "learningRate"),
        BadInput.Of<ArgumentOutOfRangeException>("a negative learning rate", scene => scene.Problem.Hyperparameters["learningRate"].Value = -1, "'learningRate'", "-1", "domain"),
        BadInput.Of<ArgumentOutOfRangeException>("a value that is NaN", scene => scene.Problem.Hyperparameters["momentum"].Value = double.NaN, "'momentum'", "NaN"),
        BadInput.Of<ArgumentOutOfRangeException>("an end of the domain while it is learned", scene => scene.Problem.Hyperparameters["momentum"].Value = 0, "'momentum'", "Fix()"),
        BadInput.Of<ArgumentException>("values of another number", scene => scene.Problem.Hyperparameters["momentum"].SetValues([.1, .2]), "'momentum'", "1 entries", "2"),
        BadInput.Of<InvalidOperationException>("learning from an end of the domain", _ =>
        {
            Hyperparameter momentum = new Sgd().Hyperparameters["momentum"].Fix();
            momentum.Value = 0;
            momentum.Learn();
        }, "'momentum'", "set a value inside"),
        BadInput.Of<InvalidOperationException>("the value of a vector", _ => new UnusedWeights(3).Hyperparameters["unused"].Value, "'unused'", "Values"),
        BadInput.Of<InvalidOperationException>("one value for a vector", _ => new UnusedWeights(3).Hyperparameters["unused"].Value = .5, "'unused'", "SetValues"),
        BadInput.Of<ArgumentOutOfRangeException>("a vector without entries", _ => new UnusedWeights(0).Hyperparameters, "'unused'", "at least one entry"),
        BadInput.Of<NotSupportedException>("a schedule for a tensor", _ => new UnusedWeights(3).Hyperparameters["unused"].Follow(Schedule.Cosine(5)), "'unused'", "Size"),
        BadInput.Of<ArgumentOutOfRangeException>("a cosine over no steps", _ => Schedule.Cosine(0), "steps"),
        BadInput.Of<ArgumentOutOfRangeException>("a warm-up over no steps", _ => Schedule.Warmup(0), "steps"),
        BadInput.Of<ArgumentOutOfRangeException>("a schedule in strides of nothing", _ => Schedule.Stepwise(0, .5), "every"),
        BadInput.Of<ArgumentOutOfRangeException>("a schedule that ends at NaN", _ => Schedule.Cosine(5, double.NaN), "end", "NaN"),
        BadInput.Of<ArgumentOutOfRangeException>("a schedule of infinite factors", _ => Schedule.Stepwise(5, double.PositiveInfinity), "factor", "Infinity"),
        BadInput.Of<ArgumentException>("segments that do not ascend", _ => new Sgd().Hyperparameters["momentum"].PerSegment(5, 5), "'momentum'", "ascending", "5, 5"),
        BadInput.Of<InvalidOperationException>("segments twice", _ => new Sgd().Hyperparameters["momentum"].PerSegment(5).PerSegment(7), "'momentum'", "segments already"),
        BadInput.Of<ArgumentException>("a value per tensor of a model without any", _ => new Sgd().Hyperparameters["momentum"].PerTensor(nn.Tanh()), "'momentum'", "requires a gradient"),
        BadInput.Of<InvalidOperationException>("a value per tensor twice", scene => new Sgd().Hyperparameters["momentum"].PerTensor(scene.Model).PerTensor(scene.Model),
            "'momentum'", "already"),
        Rule<ArgumentException>("a value per tensor of another model", rule => rule.Hyperparameters["momentum"].PerTensor(nn.Linear(2, 2)), "'momentum'", "PerTensor"),
        Rule<InvalidOperationException>("a schedule that gives NaN", rule => rule.Hyperparameters["momentum"].Follow(Schedule.Of(step => step < 1 ? 1 : double.NaN)),
            "'momentum'", "NaN", "step 1"),
        Rule<InvalidOperationException>("a schedule that leaves the domain", rule => rule.Hyperparameters["momentum"].Follow(Schedule.Of(step => step < 1 ? 1 : -1)),
            "'momentum'", "step 1", "domain"),
        Rule<IOException>("a schedule that throws", rule => rule.Hyperparameters["momentum"].Follow(Schedule.Of(step => step < 1 ? 1 : throw new IOException("no schedule"))),
            "no schedule"),

        Owner("a hyperparameter that no loss depends on", new UnusedWeights(3), "'unused'", "Fix()"),
        BadInput.Of<InvalidOperationException>("a hyperparameter that is detached", scene =>
        {
            scene.Training = batch => scene.GoodValidation(batch).mul(scene.Scale.Scale.detach());
            scene.RunOther(scene.Problem);
        }, "'scale'", "detached") with { After = Aftermath.NewTrainer },
        BadInput.Of<InvalidOperationException>("a hyperparameter that is read as a number", scene =>
        {
            scene.Training = batch =>
            {
                using Scalar value = scene.Scale.Scale.item<double>().ToScalar();
                return scene.GoodValidation(batch).mul(value);
            };
            scene.RunOther(scene.Problem);
        }, "'scale'", "detached") with { After = Aftermath.NewTrainer },
        BadInput.Of<InvalidOperationException>("a hyperparameter in the way of no gradient", scene =>
        {
            scene.Training = batch => scene.GoodValidation(batch).mul(scene.Scale.Scale.to(ScalarType.Int64).to(ScalarType.Float64));
            scene.RunOther(scene.Problem);
        }, "'scale'") with { After = Aftermath.NewTrainer },
        BadInput.Of<InvalidOperationException>("a hyperparameter whose tensor no longer requires a gradient", scene => scene.Run(), "'scale'", "requires_grad")
            with { Prepare = scene => scene.Scale.Scale.requires_grad = false, Repair = scene => scene.Scale.Scale.requires_grad = true },
        BadInput.Of<ObjectDisposedException>("a hyperparameter whose tensor has been disposed", scene => scene.Run(), "'scale'", "disposed")
            with { Prepare = scene => scene.Scale.Scale.Dispose(), After = Aftermath.Nothing },
        BadInput.Of<ObjectDisposedException>("a new trainer for a hyperparameter whose tensor has been disposed", scene => scene.NewTrainer(), "'scale'", "disposed")
            with { Prepare = scene => scene.Scale.Scale.Dispose(), After = Aftermath.Nothing },
        BadInput.Of<ObjectDisposedException>("a value for a hyperparameter whose tensor has been disposed", scene => scene.Problem.Hyperparameters["scale"].Value = 2, "'scale'", "disposed")
            with { Prepare = scene => scene.Scale.Scale.Dispose(), After = Aftermath.Nothing },
        BadInput.Of<InvalidOperationException>("a loss that disposes a hyperparameter's tensor", scene =>
        {
            scene.Training = batch =>
            {
                Tensor loss = scene.GoodTraining(batch);
                scene.Scale.Scale.Dispose();
                return loss;
            };
            scene.Run();
        }, "training loss", "disposed") with { After = Aftermath.Nothing },
        BadInput.Of<InvalidOperationException>("a hyperparameter fixed under a trainer", scene => scene.Run(), "'momentum' was learned", "new trainer")
            with { Prepare = scene => scene.Rule.Hyperparameters["momentum"].Fix(), Repair = scene => scene.Rule.Hyperparameters["momentum"].Learn() },
        BadInput.Of<InvalidOperationException>("a hyperparameter given segments under a trainer", scene => scene.Run(), "'momentum' has 2 entries, but had 1", "new trainer")
            with { Prepare = scene => scene.Rule.Hyperparameters["momentum"].PerSegment(50), After = Aftermath.NewTrainer },
        BadInput.Of<ArgumentException>("a learned number of a rule that is not the problem's", scene => scene.NewTrainer(scene.NewProblem(owners: [scene.Scale, new Renamed()])),
            "'other.learningRate'", "Fix()"),
        BadInput.Of<ArgumentException>("implicit mode by a solver that does not see the rule", scene =>
            scene.NewTrainer(options: new() { Mode = HypergradientMode.Implicit, Solver = new ConjugateGradients() }), "'learningRate'", "NeumannSeries"),
        BadInput.Of<InvalidOperationException>("tangents that do not fit into the memory", scene => scene.NewTrainer(options: new() { Mode = HypergradientMode.Forward, MemoryLimit = 1000 }),
            "q = 4", "limit of 1000", "reverse mode"),
    ];

    private static BadInput Owner(string name, IHyperparameterOwner owner, params string[] says) =>
        BadInput.Of<InvalidOperationException>(name, scene => scene.RunOther(scene.NewProblem(owners: [scene.Scale, owner])), says) with { After = Aftermath.NewTrainer };

    private static BadInput Rule<T>(string name, Action<Sgd> change, params string[] says) where T : Exception => BadInput.Of<T>(name, scene =>
    {
        var rule = new Sgd();
        change(rule);
        scene.RunOther(scene.NewProblem(rule));
    }, says) with { After = Aftermath.NewTrainer };

    private sealed class Renamed : IHyperparameterOwner
    {
        private readonly NumberHyperparameter number = new("other.learningRate", HyperparameterDomain.Of(Domain.Positive), 1, _ => { });

        public HyperparameterSet Hyperparameters => new([number]);
    }
}
