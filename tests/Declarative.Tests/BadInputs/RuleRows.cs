using Declarative.Koopman;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.BadInputs;

/// <summary>Update rules and estimators of the user's own that do not do what they must.</summary>
internal static class RuleRows
{
    public static IEnumerable<BadInput> All =>
    [
        Rule("a rule that makes a parameter of another shape", new Flattening(), "shape", "'convolution.weight'"),
        Rule("a rule whose state changes its shape", new Growing(), "state 'memory'", "shape", "'convolution.weight'"),
        Rule("a rule whose shapes do not fit", new Misfit(), "Misfit", "step 1"),
        Rule("a rule whose matrix product does not fit", new MisfitProduct(), "multiplies Float64 [6, 1] and Float64 [6, 1]"),

        Estimator("an estimator that gives nothing", new Answer(_ => null!), "'answer'", "null"),
        Estimator("an estimator without a value", new Answer(_ => new() { Value = null! }), "'answer'", "null"),
        Estimator("an estimator of another width", new Answer(_ => new() { Value = [1] }), "'answer'", "1 ", "of 4"),
        Estimator("an estimator with errors of another width", new Answer(trajectory => new() { Value = new double[trajectory.Width], StandardError = [1] }), "'answer'", "StandardError", "1", "4"),
        Estimator("an estimator with skills of another width", new Answer(trajectory => new() { Value = new double[trajectory.Width], CoordinateSkills = [1] }), "'answer'", "CoordinateSkills", "1", "4"),
        BadInput.Of<IOException>("an estimator that throws", scene => scene.RunOther(scene.Problem, Glocal(new Answer(_ => throw new IOException("no estimate")))),
            "no estimate") with { After = Aftermath.NewTrainer, IsLate = true },
    ];

    private static GlocalOptions Glocal(IHypergradientEstimator estimator) =>
        new() { Window = Scene.Window, Estimator = estimator, Trust = new() { LeastDistinctSamples = 1 } };

    private static BadInput Rule(string name, IUpdateRule rule, params string[] says) =>
        BadInput.Of<InvalidOperationException>(name, scene => scene.RunOther(scene.NewProblem(rule)), ["update rule", .. says]) with { After = Aftermath.NewTrainer };

    // What an estimator does wrong comes after its window has been taken.
    private static BadInput Estimator(string name, IHypergradientEstimator estimator, params string[] says) =>
        BadInput.Of<InvalidOperationException>(name, scene => scene.RunOther(scene.Problem, Glocal(estimator)), ["Estimator", .. says])
            with { After = Aftermath.NewTrainer, IsLate = true };

    private sealed class Answer(Func<Trajectory, HypergradientEstimate> answer) : IHypergradientEstimator
    {
        public string Name => "answer";

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon) => answer(trajectory);
    }
}

public sealed partial class Flattening
{
    [Hyperparameter(0.1, Domain.Positive)] private double rate;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient) => (parameter - rate * gradient * gradient.norm()).reshape(1, -1);
}

public sealed partial class Growing
{
    [Hyperparameter(0.1, Domain.Positive)] private double rate;

    [State] private Tensor memory;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient)
    {
        memory = (memory + gradient * gradient.norm()).unsqueeze(0);
        return parameter - rate * gradient;
    }
}

public sealed partial class Misfit
{
    [Hyperparameter(0.1, Domain.Positive)] private double rate;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient.reshape(7, 7);
}

public sealed partial class MisfitProduct
{
    [Hyperparameter(0.1, Domain.Positive)] private double rate;

    [UpdateRule]
    private Tensor Update(Tensor parameter, Tensor gradient) => parameter - rate * gradient.reshape(-1, 1).matmul(gradient.reshape(-1, 1));
}
