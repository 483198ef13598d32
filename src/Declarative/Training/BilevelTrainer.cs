using System.Diagnostics;
using Declarative.Interop;
using Declarative.Koopman;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Trains a model and tunes its hyperparameters on the way: window after window of inner steps, each followed by an outer
/// step along the estimated global hypergradient.</summary>
/// <remarks>Data flows one way: the mode gives a trajectory, the estimator an estimate, the trust policy a decision, the outer
/// optimizer a move. The caller owns model, losses and batch sources; the trainer owns flat vectors, states and tangents, and leaves
/// the model usable when it is disposed. A trainer belongs to one thread.</remarks>
public sealed class BilevelTrainer : IDisposable
{
    private readonly BilevelProblem problem;
    private readonly GlocalOptions options;
    private readonly ModeParts parts;
    private readonly ModePlan plan;
    private readonly IOuterState outer;
    private readonly OuterMoves moves;
    private readonly GuardedWindow guarded;
    private long step;
    private int window;
    private bool isOver;

    /// <summary>Prepares a run; which hyperparameters are learned is settled here.</summary>
    /// <param name="problem">What to train.</param>
    /// <param name="trainingBatches">The batches of the inner steps.</param>
    /// <param name="validationBatches">The validation batches; one is drawn for each window.</param>
    /// <param name="options">How to tune.</param>
    /// <exception cref="ArgumentException">An option makes no sense, or the model's parameters cannot be trained.</exception>
    /// <exception cref="InvalidOperationException">The tangents need more memory than the limit.</exception>
    public BilevelTrainer(BilevelProblem problem, IBatchSource trainingBatches, IBatchSource validationBatches, GlocalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(trainingBatches);
        ArgumentNullException.ThrowIfNull(validationBatches);
        using var scope = NewDisposeScope();
        this.problem = problem;
        this.options = options ?? new();
        this.options.Check();
        var coordinates = new LearnedCoordinates(problem.Hyperparameters);
        outer = this.options.Outer.Start(coordinates.Count);
        foreach (Hyperparameter item in problem.Hyperparameters)
            if (item is NumberHyperparameter { IsLearned: true } && !problem.Groups.Any(group => group.Optimizer.Hyperparameters.Contains(item)))
                throw new ArgumentException($"Hyperparameter '{item.Name}' is learned, but it belongs to an update rule that is not this problem's "
                    + "optimizer. Fix() it.");
        var parameters = new ParameterVector(problem.Model, problem.Groups);
        foreach (TensorHyperparameter item in problem.Hyperparameters.OfType<TensorHyperparameter>())
            item.PlaceOn(parameters.Vector.device, parameters.Vector.dtype);
        var losses = new LossEvaluation(problem, parameters, trainingBatches, validationBatches, unchecked((ulong)this.options.Seed));
        parts = new(problem.Model, new(problem, parameters, coordinates), parameters, coordinates, losses);
        plan = new(problem.Hyperparameters, this.options, parts);
        moves = new(coordinates, this.options.Rollbacks);
        guarded = new(parts, moves, problem.Hyperparameters, carriesTangents: this.options.Memory != TangentMemory.Reset);
    }

    /// <summary>The inner steps taken so far.</summary>
    public long Steps => step;

    /// <summary>Takes inner steps, with an outer step after each full window. Called again, it goes on from there, with a new window: a run
    /// that is no multiple of the window ends with a shorter one, after which no outer step is taken.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="observers">Who watches.</param>
    /// <remarks>Whatever is thrown, the model then has the parameters of the last window's end. Where a window's steps threw it, the trainer takes
    /// no further one; where an observer or the estimator did, it can go on.</remarks>
    /// <exception cref="TrainingDivergedException">A loss is no longer finite.</exception>
    /// <exception cref="ObjectDisposedException">The trainer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">A loss or a hyperparameter is not usable; the message says which and why.</exception>
    public TrainingResult Run(long steps, IEnumerable<ITrainingObserver>? observers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        CheckUsable();
        using var scope = NewDisposeScope();
        ITrainingObserver[] watching = [.. observers ?? []];
        IReadOnlyList<string> names = problem.Hyperparameters.EntryNames;
        using RunKernels kernels = plan.Begin(step);
        var announced = new TrainingPlan(steps, options.Window, names, parts.Parameters.Count, parts.Coordinates.Count, plan.Reason, kernels.Notes);
        foreach (ITrainingObserver observer in watching)
            observer.OnStarted(announced);

        var clock = Stopwatch.StartNew();
        long end = step + steps;
        long horizon = options.Horizon ?? end;
        WindowReport? last = null;
        while (step < end)
        {
            try
            {
                last = RunWindow((int)Math.Min(options.Window, end - step), horizon, watching);
            }
            finally
            {
                parts.Losses.RestoreMode();
            }
            foreach (ITrainingObserver observer in watching)
                observer.OnWindow(last);
        }

        PublishValues();
        var result = new TrainingResult
        {
            Steps = step,
            TrainingLoss = last!.TrainingLoss,
            ValidationLoss = last.ValidationLoss,
            Hyperparameters = names.Zip(last.Values).ToDictionary(pair => pair.First, pair => pair.Second),
            Elapsed = clock.Elapsed,
        };
        foreach (ITrainingObserver observer in watching)
            observer.OnCompleted(result);
        return result;
    }

    /// <summary>The exact global hypergradient: the derivative of the validation loss after further steps, taken on the batches that a run would
    /// see and with the hyperparameters as they are now, from here. What the estimators estimate. Nothing changes by it.</summary>
    /// <param name="steps">How many steps: those up to the horizon.</param>
    /// <returns>For each of <see cref="TrainingPlan.Names"/> the derivative with respect to u; NaN for fixed ones.</returns>
    /// <remarks>Reverse mode over all steps at once, with checkpoints: about four and a half gradients a step, memory for 2√steps times parameters
    /// and optimizer state. The validation batch is that of the next window.</remarks>
    /// <exception cref="InvalidOperationException">Nothing is learned, the checkpoints need more than the memory limit, or an exception has ended
    /// the run.</exception>
    public double[] GlobalHypergradient(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        CheckUsable();
        double bytes = 2.0 * CheckpointTape.Spacing(steps) * parts.StateBytes;
        if (parts.Coordinates.Count == 0 || bytes > options.MemoryLimit)
            throw new InvalidOperationException(parts.Coordinates.Count == 0 ? "Nothing is learned: there is no hypergradient."
                : $"The global hypergradient over {steps} steps needs checkpoints of {(long)bytes} bytes, above the limit of {options.MemoryLimit}.");
        using var scope = NewDisposeScope();
        using RunKernels kernels = plan.Begin(step);
        using var start = new WindowStart(parts, plan.Mode);
        using var reverse = new ReverseMode(parts, ReverseStorage.Checkpoints);
        try
        {
            using (ModeState carried = plan.Mode.Save())
                reverse.Restore(carried);
            Trajectory whole = reverse.Run(new(window, step, steps, steps)).Trajectory!;
            return parts.Coordinates.Spread<double>(whole[0], double.NaN);
        }
        finally
        {
            start.Restore();
            parts.Losses.RestoreMode();
            PublishValues();
        }
    }

    /// <summary>Releases what the trainer owns. The model keeps its parameters.</summary>
    public void Dispose()
    {
        plan.Dispose();
        parts.Parameters.Dispose();
    }

    private void CheckUsable()
    {
        ObjectDisposedException.ThrowIf(parts.Parameters.Vector.IsInvalid, this);
        if (isOver)
            throw new InvalidOperationException("An exception has ended this trainer's run; make a new one.");
        parts.Coordinates.CheckUnchanged(problem.Hyperparameters);
        parts.Parameters.CheckAttached();
    }

    // A rule's fields hold what its last step and tensor read.
    private void PublishValues()
    {
        foreach (NumberHyperparameter item in problem.Hyperparameters.OfType<NumberHyperparameter>())
            item.Publish();
    }

    private WindowReport RunWindow(int steps, long horizon, ITrainingObserver[] watching)
    {
        if (window > 0)
            plan.Mode.Discount(options.Memory.Discount);
        // The stride divides a full window; one that is cut short may have to be sampled at every step.
        int stride = options.SampleStride == options.Window ? steps : steps % options.Stride == 0 ? options.Stride : 1;
        long first = step;
        WindowSamples samples = Take(new(window, first, steps, stride), watching);
        step += steps;
        window++;

        double[] local = [];
        double[] estimate = [];
        TrustDecision[] decisions = [];
        if (samples.Trajectory is { } trajectory)
        {
            local = trajectory[trajectory.Length - 1].ToArray();
            // The samples of a series at one point are no steps of time: what is wanted is their limit.
            double wanted = samples.Solver is not null ? double.PositiveInfinity : Math.Max((double)(horizon - first - stride) / stride, trajectory.Length - 1);
            (double[] hypergradient, estimate, decisions) = OuterDecision.Of(options.Estimator, options.Trust, trajectory, wanted);
            foreach (int row in parts.Coordinates.OverAt(first))
                decisions[row] = new(HypergradientSource.None, 0, "its segment is over");
            if (steps < options.Window)
                Array.Fill(decisions, new(HypergradientSource.None, 0, "window cut short"));
            else
                moves.Take(outer.Step(hypergradient, [.. decisions.Select(decision => decision.Scale)]));
        }
        return new()
        {
            Window = window - 1,
            Step = step,
            TrainingLoss = samples.TrainingLosses.Average(),
            ValidationLoss = samples.ValidationLoss,
            Values = [.. problem.Hyperparameters.SelectMany(item => item.Values.ToArray())],
            Local = parts.Coordinates.Spread<double>(local, double.NaN),
            Estimate = parts.Coordinates.Spread<double>(estimate, double.NaN),
            Decisions = parts.Coordinates.Spread<TrustDecision>(decisions, new(HypergradientSource.None, 0, "fixed")),
            Solver = samples.Solver,
        };
    }

    private WindowSamples Take(InnerWindow window, ITrainingObserver[] watching)
    {
        try
        {
            return guarded.Take(plan.Mode, window, rollback =>
            {
                parts.Losses.RestoreMode();
                foreach (ITrainingObserver observer in watching)
                    observer.OnRollback(rollback);
            });
        }
        catch
        {
            isOver = true;
            throw;
        }
    }
}
