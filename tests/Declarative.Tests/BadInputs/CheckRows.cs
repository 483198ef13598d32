using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.BadInputs;

/// <summary>Checks of hypergradients that cannot be made: the problem is given back as it was, and its trainer goes on.</summary>
internal static class CheckRows
{
    public static IEnumerable<BadInput> All =>
    [
        Option("no steps", new() { Steps = 0 }, "step", "0"),
        Option("a negative first step", new() { FirstStep = -1 }, "-1"),
        Option("no coordinates", new() { Coordinates = 0 }, "coordinate", "0"),
        Option("no tolerance", new() { Tolerance = 0 }, "tolerance", "0"),
        Option("a tolerance that is NaN", new() { Tolerance = double.NaN }, "tolerance", "NaN"),
        Option("a memory limit of nothing", new() { MemoryLimit = 0 }, "memory limit", "0"),
        BadInput.Of<ArgumentNullException>("a check of nothing", _ => HypergradientCheck.Run(null!, new NoBatches(), new NoBatches()), "problem"),
        BadInput.Of<ArgumentException>("a check where nothing is learned", scene =>
        {
            var rule = new Sgd();
            rule.Hyperparameters.Fix();
            Check(scene.NewProblem(rule, owners: []), scene);
        }, "learned", "Learn()"),
        Loss<InvalidOperationException>("a check of a detached loss", scene => batch => scene.GoodTraining(batch).detach(), "training loss", "detached"),
        Loss<InvalidOperationException>("a check of a loss that is disposed", scene => batch =>
        {
            Tensor loss = scene.GoodTraining(batch);
            loss.Dispose();
            return loss;
        }, "training loss", "disposed"),
        Loss<InvalidOperationException>("a check of a loss of wrong shapes", scene => batch => scene.GoodTraining(batch with { Inputs = batch.Inputs.narrow(1, 0, 3) }),
            "training loss", "threw", "inputs Float64"),
        Loss<IOException>("a check of a loss that throws", _ => _ => throw new IOException("the file is gone"), "the file is gone"),
        BadInput.Of<InvalidOperationException>("a check with batches that are null", scene =>
        {
            scene.Batches = _ => null!;
            Check(scene.Problem, scene);
        }, "training", "null"),
    ];

    private static BadInput Option(string name, HypergradientCheckOptions options, params string[] says) =>
        BadInput.Of<ArgumentException>($"check: {name}", scene => { Check(scene.Problem, scene, options); }, says);

    private static BadInput Loss<T>(string name, Func<Scene, Func<Batch, Tensor>> loss, params string[] says) where T : Exception => BadInput.Of<T>(name, scene =>
    {
        scene.Training = loss(scene);
        Check(scene.Problem, scene);
    }, says);

    private static void Check(BilevelProblem problem, Scene scene, HypergradientCheckOptions? options = null) =>
        HypergradientCheck.Run(problem, new Source(step => scene.Batches(step)), new Source(step => scene.ValidationBatches(step)), options);

    private sealed class Source(Func<long, Batch> at) : IBatchSource
    {
        public Batch At(long step) => at(step);
    }
}
