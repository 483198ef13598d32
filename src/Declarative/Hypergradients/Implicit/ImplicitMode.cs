using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Implicit mode: takes the steps of a window, and differentiates the condition that parameters fulfil where training comes to rest
/// (Larsen et al. 1996; Bengio 2000; Pedregosa 2016), as if that were so at the window's end.</summary>
internal sealed class ImplicitMode : WindowMode
{
    private readonly ImplicitSolver solver;

    /// <summary>Starts with the rules' initial state.</summary>
    /// <exception cref="ArgumentException">A hyperparameter of an update rule is learned that the solver cannot see.</exception>
    public ImplicitMode(ModeParts parts, HyperparameterSet hyperparameters, ImplicitSolver solver) : base(parts)
    {
        string[] unseen = [.. hyperparameters.Where(item => item is not TensorHyperparameter && item.IsLearned).Select(item => $"'{item.Name}'")];
        if (unseen.Length > 0 && !solver.SeesUpdateRule)
            throw new ArgumentException($"Implicit mode by {solver.Name} does not see the update rule, but {string.Join(", ", unseen)} of it "
                + $"{(unseen.Length == 1 ? "is" : "are")} learned. Fix() {(unseen.Length == 1 ? "it" : "them")}, set Solver = new {nameof(NeumannSeries)}(), "
                + "or use reverse mode.");
        this.solver = solver;
    }

    /// <inheritdoc/>
    public override WindowSamples Run(InnerWindow window)
    {
        using var windowScope = NewDisposeScope();
        using var gradient = enable_grad();
        Batch validation = Parts.Losses.ValidationBatch(window.Index);
        TapeContext context = Parts.OpenWindow();
        long end = window.FirstStep + window.Steps;
        Tensor trainingLosses = stack([.. Enumerable.Range(0, window.Steps).Select(i => context.TakeStep(State, window.FirstStep + i))]);
        Tensor[] buffers = context.Buffers.Save();
        try
        {
            (Tensor loss, LossGradient slope) = Parts.Losses.Validation(validation, context.Leaves);
            var point = new StationaryPoint(context, Leaves, State, slope, end - 1, solver.Batches);
            Leaves.CheckUsed();
            (Tensor adjoints, SolverReport report) = solver.Differentiate(point);
            using var samples = new AdjointSamples(Parts, Leaves, (int)adjoints.size(0));
            for (int i = 0; i < adjoints.size(0); i++)
                samples.Add(adjoints.select(0, i));
            return samples.Read(trainingLosses, loss) with { Solver = report };
        }
        finally
        {
            context.Buffers.Restore(buffers);
        }
    }
}
