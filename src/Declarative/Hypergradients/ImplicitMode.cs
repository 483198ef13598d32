using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Implicit mode: takes the steps of a window, and differentiates the condition that parameters fulfil where training comes to rest
/// (Larsen et al. 1996; Bengio 2000; Pedregosa 2016), as if that were so at the window's end.</summary>
internal sealed class ImplicitMode : IHypergradientMode
{
    private readonly nn.Module model;
    private readonly InnerOptimizer optimizer;
    private readonly ParameterVector parameters;
    private readonly LearnedCoordinates coordinates;
    private readonly LossEvaluation losses;
    private readonly ImplicitSolver solver;
    private readonly TensorLeaves leaves;
    private OptimizerState state;

    /// <summary>Starts with the rules' initial state.</summary>
    /// <exception cref="ArgumentException">A hyperparameter of an update rule is learned that the solver cannot see.</exception>
    public ImplicitMode(BilevelProblem problem, InnerOptimizer optimizer, ParameterVector parameters, LearnedCoordinates coordinates,
        LossEvaluation losses, ImplicitSolver solver)
    {
        string[] unseen = [.. problem.Hyperparameters.Where(item => item is not TensorHyperparameter && item.IsLearned).Select(item => $"'{item.Name}'")];
        if (unseen.Length > 0 && !solver.SeesUpdateRule)
            throw new ArgumentException($"Implicit mode by {solver.Name} does not see the update rule, but {string.Join(", ", unseen)} of it "
                + $"{(unseen.Length == 1 ? "is" : "are")} learned. Fix() {(unseen.Length == 1 ? "it" : "them")}, set Solver = new {nameof(NeumannSeries)}(), "
                + "or use reverse mode.");
        model = problem.Model;
        this.optimizer = optimizer;
        this.parameters = parameters;
        this.coordinates = coordinates;
        this.losses = losses;
        this.solver = solver;
        leaves = new(coordinates, parameters);
        state = optimizer.CreateState();
    }

    /// <summary>Does nothing: a window remembers nothing of those before it.</summary>
    public void Discount(double factor)
    {
    }

    /// <inheritdoc/>
    public WindowSamples Run(InnerWindow window)
    {
        using var windowScope = NewDisposeScope();
        using var gradient = enable_grad();
        Batch validation = losses.ValidationBatch(window.Index);
        var context = new TapeContext(optimizer, parameters, losses, new(model), leaves.Values);
        long end = window.FirstStep + window.Steps;
        Tensor trainingLosses = stack([.. Enumerable.Range(0, window.Steps).Select(i => StateTape.TakeStep(context, state, window.FirstStep + i))]);
        Tensor[] buffers = context.Buffers.Save();
        try
        {
            (Tensor loss, LossGradient slope) = losses.Validation(validation, context.Leaves);
            var point = new StationaryPoint(context, leaves, state, slope, end - 1, solver.Batches);
            leaves.CheckUsed();
            (Tensor adjoints, SolverReport report) = solver.Differentiate(point);
            using var samples = new AdjointSamples(optimizer, leaves, coordinates, (int)adjoints.size(0), adjoints);
            for (int i = 0; i < adjoints.size(0); i++)
                samples.Add(adjoints.select(0, i));
            return new(samples.ToTrajectory(), HostNumbers.Read(trainingLosses),
                HostNumbers.Read(loss)[0], report);
        }
        finally
        {
            context.Buffers.Restore(buffers);
        }
    }

    /// <inheritdoc/>
    public ModeState Save() => new(state.Copy(), null);

    /// <inheritdoc/>
    public void Restore(ModeState saved)
    {
        state.Dispose();
        state = saved.State.Copy();
    }

    /// <inheritdoc/>
    public string? Complaint() => null;

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
