using Declarative.Koopman;

namespace Declarative.Tests.BadInputs;

/// <summary>Settings out of their range: each property of every options class.</summary>
internal static class OptionRows
{
    public static IEnumerable<BadInput> All =>
    [
        Option("a window of no steps", new() { Window = 0 }, "window", "not 0"),
        Option("a stride of no steps", new() { Stride = 0 }, "stride", "0"),
        Option("a stride that does not divide the window", new() { Window = 10, Stride = 3 }, "stride", "10", "3"),
        Option("a horizon before the first step", new() { Horizon = 0 }, "horizon", "0"),
        Option("a memory limit of nothing", new() { MemoryLimit = 0 }, "memory limit", "0"),
        Option("a negative number of rollbacks", new() { Rollbacks = -1 }, "-1"),
        Option("a mode that does not exist", new() { Mode = (HypergradientMode)9 }, "Mode", "9"),
        Option("a storage that does not exist", new() { Storage = (ReverseStorage)9 }, "Storage", "9"),
        Option("memory in reverse mode", new() { Mode = HypergradientMode.Reverse, Memory = TangentMemory.Carried }, "Reverse", "carried", "forward mode"),
        Null("no solver", new() { Solver = null! }, "Solver"),
        Null("no estimator", new() { Estimator = null! }, "Estimator"),
        Null("no trust policy", new() { Trust = null! }, "Trust"),

        Outer("a step of nothing", new() { StepSize = 0 }, "StepSize", "0"),
        Outer("a step that is not finite", new() { StepSize = double.PositiveInfinity }, "StepSize", "Infinity"),
        Outer("a step that is NaN", new() { StepSize = double.NaN }, "StepSize", "NaN"),
        Outer("no move", new() { LargestMove = 0 }, "LargestMove", "0"),
        Outer("a beta1 of 1", new() { Beta1 = 1 }, "Beta1", "1"),
        Outer("a negative beta2", new() { Beta2 = -.1 }, "Beta2", "-0.1"),

        Trust("a least skill that is NaN", new() { LeastSkill = double.NaN }, "LeastSkill", "NaN"),
        Trust("a regaining skill that is NaN", new() { RegainingSkill = double.NaN }, "RegainingSkill", "NaN"),
        Trust("a largest radius of nothing", new() { LargestRadius = 0 }, "LargestRadius", "0"),
        Trust("a negative score for a full step", new() { FullStepScore = -1 }, "FullStepScore", "-1"),
        Trust("a trajectory of no samples", new() { LeastDistinctSamples = 0 }, "LeastDistinctSamples", "0"),

        Solver("no batches", new ConjugateGradients { Batches = 0 }, "batch", "0"),
        Solver("a negative damping", new ConjugateGradients { Damping = -1 }, "Damping", "-1"),
        Solver("a tolerance that is NaN", new ConjugateGradients { Tolerance = double.NaN }, "tolerance", "NaN"),
        Solver("no iterations", new ConjugateGradients { Iterations = 0 }, "iteration", "0"),
        Solver("no terms", new NeumannSeries { Terms = 0 }, "term", "0"),
        Solver("a negative tolerance of the series", new NeumannSeries { Tolerance = -1 }, "tolerance", "-1"),
        Solver("no damping where it is needed", new NystromSolver { Damping = 0 }, "Damping", "positive"),
        Solver("a rank of nothing", new NystromSolver { Rank = 0 }, "rank", "0"),
        Solver("a tolerance of Nyström that is NaN", new NystromSolver { Tolerance = double.NaN }, "tolerance", "NaN"),

        BadInput.Of<ArgumentOutOfRangeException>("a discount of 1", _ => TangentMemory.Discounted(1), "discount", "Carried"),
        BadInput.Of<ArgumentOutOfRangeException>("a discount that is NaN", _ => TangentMemory.Guarded(double.NaN), "discount", "NaN"),
        BadInput.Of<ArgumentOutOfRangeException>("a tolerance of the snapped estimator of 1", _ => new SnappedHankelEstimator { Tolerance = 1 }, "tolerance"),
        BadInput.Of<ArgumentOutOfRangeException>("a horizon that is NaN", _ => new AffineHankelEstimator().Estimate(new Trajectory([1.0, 2.0], 1), double.NaN), "horizon"),
    ];

    private static BadInput Option(string name, GlocalOptions options, params string[] says) =>
        BadInput.Of<ArgumentException>($"options: {name}", scene => scene.NewTrainer(options: options), says);

    private static BadInput Null(string name, GlocalOptions options, params string[] says) =>
        BadInput.Of<ArgumentNullException>($"options: {name}", scene => scene.NewTrainer(options: options), says);

    private static BadInput Outer(string name, OuterAdam adam, params string[] says) =>
        BadInput.Of<ArgumentException>($"outer Adam: {name}", scene => scene.NewTrainer(options: new() { Outer = adam }), says);

    private static BadInput Trust(string name, TrustPolicy trust, params string[] says) =>
        BadInput.Of<ArgumentException>($"trust policy: {name}", scene => scene.NewTrainer(options: new() { Trust = trust }), says);

    private static BadInput Solver(string name, ImplicitSolver solver, params string[] says) =>
        BadInput.Of<ArgumentException>($"solver: {name}", scene => scene.NewTrainer(options: new() { Mode = HypergradientMode.Implicit, Solver = solver }), says);
}
