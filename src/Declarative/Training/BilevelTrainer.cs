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
    private readonly WindowMemory memory;
    private readonly TrustStanding standing;
    private readonly TrainerActivity activity = new();
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
        outer = this.options.OuterOrDefault.Start(coordinates.Count);
        foreach (Hyperparameter item in problem.Hyperparameters)
            if (item is NumberHyperparameter { IsLearned: true } && !problem.Groups.Any(group => group.Optimizer.Hyperparameters.Contains(item)))
                throw new ArgumentException($"Hyperparameter '{item.Name}' is learned, but it belongs to an update rule that is not this problem's "
                    + "optimizer. Fix() it.");
        LearnedCoordinates.CheckTensors(problem.Hyperparameters);
        using var places = new ParameterPlaces(problem.Model);
        bool isTaken = false;
        try
        {
            var parameters = new ParameterVector(problem.Model, problem.Groups);
            isTaken = true;
            foreach (TensorHyperparameter item in problem.Hyperparameters.OfType<TensorHyperparameter>())
                item.PlaceOn(parameters.Vector.device, parameters.Vector.dtype);
            var losses = new LossEvaluation(problem, parameters, trainingBatches, validationBatches, unchecked((ulong)this.options.Seed));
            parts = new(problem.Model, new(problem, parameters, coordinates), parameters, coordinates, losses);
            plan = new(problem.Hyperparameters, this.options, parts);
        }
        catch
        {
            if (isTaken)
                places.Restore();
            throw;
        }
        moves = new(coordinates, this.options.Rollbacks);
        guarded = new(parts, moves, problem.Hyperparameters);
        memory = new(plan.Memory);
        standing = new(coordinates.Count);
    }

    /// <summary>The inner steps taken so far.</summary>
    public long Steps => step;

    /// <summary>Takes inner steps, with an outer step after each full window. Called again, it goes on from there, with a new window: a run
    /// that is no multiple of the window ends with a shorter one, after which no outer step is taken.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="observers">Who watches.</param>
    /// <remarks>Whatever is thrown, everything is then as it was at the last window's end, from where the trainer can go on; but after a
    /// <see cref="TrainingDivergedException"/> it takes no further step. Exceptions of losses, batch sources and observers come through as they
    /// are; those of TorchSharp become an <see cref="InvalidOperationException"/> that says where it was.</remarks>
    /// <exception cref="TrainingDivergedException">A loss is no longer finite.</exception>
    /// <exception cref="ObjectDisposedException">The trainer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">A loss or a hyperparameter is not usable; the message says which and why.</exception>
    public TrainingResult Run(long steps, IEnumerable<ITrainingObserver>? observers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, long.MaxValue - step);
        activity.CheckIdle();
        CheckUsable();
        ITrainingObserver[] watching = Watching(observers);
        long end = step + steps, horizon = options.Horizon ?? end;
        return Watched(watching, steps, options.Window, () => plan.Reason, () =>
        {
            WindowReport? last = null;
            while (step < end)
            {
                last = RunWindow((int)Math.Min(options.Window, end - step), horizon, watching);
                Array.ForEach(watching, observer => observer.OnWindow(last));
            }
            return last!;
        });
    }

    /// <summary>Trains several times from where the trainer stands, each time with the settings that the exact global hypergradient of the time
    /// before asks for. The last time is kept.</summary>
    /// <param name="steps">The steps of each time: all of the training that the settings are for.</param>
    /// <param name="rounds">How many times.</param>
    /// <param name="observers">Who watches; each round is a window to them, and their steps count on from round to round.</param>
    /// <remarks>The method of Maclaurin, Duvenaud and Adams (2015), with checkpoints in place of reversible steps: the most faithful, and
    /// the dearest, about four and a half gradients a step and round. Settings are constant through a round, so that what is learned is the
    /// best constant ones; the estimator, the trust policy and the memory of tangents take no part. A round that diverges is taken back, and taken
    /// again after half the move that led there.</remarks>
    /// <exception cref="TrainingDivergedException">A loss is no longer finite.</exception>
    /// <exception cref="ObjectDisposedException">The trainer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Nothing is learned, the checkpoints need more than the memory limit, or a loss is not usable.</exception>
    public TrainingResult RunRestarted(int steps, int rounds, IEnumerable<ITrainingObserver>? observers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        activity.CheckIdle();
        CheckUsable();
        CheckGlobal(steps);
        ITrainingObserver[] watching = Watching(observers);
        return Watched(watching, (long)steps * rounds, steps, () => "reverse mode over all steps, checkpoints kept", () =>
        {
            WindowReport? last = null;
            long first = step;
            for (int round = 1; round <= rounds; round++)
            {
                using var start = new WindowStart(parts, plan.Mode);
                last = RunRound(start, steps, isLast: round == rounds, watching) with { Step = first + (long)round * steps };
                if (round < rounds)
                {
                    start.Restore();
                    step = first;
                }
                Array.ForEach(watching, observer => observer.OnWindow(last));
            }
            return last!;
        });
    }

    private static ITrainingObserver[] Watching(IEnumerable<ITrainingObserver>? observers) => observers?.ToArray() is not { } watching ? []
        : Array.IndexOf(watching, null) < 0 ? watching : throw new ArgumentException("An observer is null.", nameof(observers));

    private TrainingResult Watched(ITrainingObserver[] watching, long steps, int windowSteps, Func<string> reason, Func<WindowReport> train)
    {
        using IDisposable running = activity.Run();
        using var scope = NewDisposeScope();
        IReadOnlyList<string> names = problem.Hyperparameters.EntryNames;
        using RunKernels kernels = plan.Begin(step);
        var announced = new TrainingPlan(steps, windowSteps, names, parts.Parameters.Count, parts.Coordinates.Count, reason(), kernels.Notes)
        {
            FirstStep = step,
            Options = options,
        };
        try
        {
            Array.ForEach(watching, observer => observer.OnStarted(announced));
            var clock = Stopwatch.StartNew();
            WindowReport last = train();
            PublishValues();
            var result = new TrainingResult
            {
                Steps = step,
                TrainingLoss = last.TrainingLoss,
                ValidationLoss = last.ValidationLoss,
                Hyperparameters = names.Zip(last.Values).ToDictionary(pair => pair.First, pair => pair.Second),
                Elapsed = clock.Elapsed,
            };
            Array.ForEach(watching, observer => observer.OnCompleted(result));
            return result;
        }
        catch (Exception exception)
        {
            Array.ForEach(watching, observer => Tell(observer, exception));
            throw;
        }
    }

    // One that cannot bear it must not hide what happened.
    private static void Tell(ITrainingObserver observer, Exception exception)
    {
        try
        {
            observer.OnFailed(exception);
        }
        catch (Exception)
        {
        }
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
        CheckGlobal(steps);
        using var scope = NewDisposeScope();
        using IDisposable taking = activity.TakeSteps();
        using RunKernels kernels = plan.Begin(step);
        using var start = new WindowStart(parts, plan.Mode);
        using ReverseMode reverse = NewGlobalMode(start);
        try
        {
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
    /// <exception cref="InvalidOperationException">The trainer is running.</exception>
    public void Dispose()
    {
        activity.CheckIdle();
        plan.Dispose();
        parts.Parameters.Dispose();
    }

    private void CheckUsable()
    {
        activity.CheckBetweenSteps();
        ObjectDisposedException.ThrowIf(parts.Parameters.Vector.IsInvalid, this);
        if (isOver)
            throw new InvalidOperationException("Training has diverged, which has ended this trainer's run; make a new one, with other settings.");
        parts.Coordinates.CheckUnchanged(problem.Hyperparameters);
        parts.Parameters.CheckAttached();
    }

    private void CheckGlobal(int steps)
    {
        double bytes = 2.0 * CheckpointTape.Spacing(steps) * parts.StateBytes;
        if (parts.Coordinates.Count == 0 || bytes > options.MemoryLimit)
            throw new InvalidOperationException(parts.Coordinates.Count == 0 ? "Nothing is learned: there is no hypergradient. Learn() a hyperparameter before the trainer is made."
                : $"The global hypergradient over {steps} steps needs checkpoints of {(long)bytes} bytes, above the limit of {options.MemoryLimit}: raise MemoryLimit or take fewer steps.");
    }

    // A mode for any number of steps at once, that begins where the run's own mode stood.
    private ReverseMode NewGlobalMode(WindowStart start)
    {
        var reverse = new ReverseMode(parts, ReverseStorage.Checkpoints);
        start.GiveTo(reverse);
        return reverse;
    }

    // A rule's fields hold what its last step and tensor read.
    private void PublishValues()
    {
        foreach (NumberHyperparameter item in problem.Hyperparameters.OfType<NumberHyperparameter>())
            item.Publish();
    }

    private WindowReport RunWindow(int steps, long horizon, ITrainingObserver[] watching)
    {
        // The stride divides a full window; one that is cut short may have to be sampled at every step.
        int stride = options.SampleStride == options.Window ? steps : steps % options.Stride == 0 ? options.Stride : 1;
        long first = step;
        WindowSamples samples = Take(plan.Mode, new(window, first, steps, stride), watching);

        double[] local = [];
        double[] estimate = [];
        TrustDecision[] decisions = [];
        KoopmanReport? koopman = null;
        if (samples.Trajectory is { } trajectory)
        {
            local = trajectory[trajectory.Length - 1].ToArray();
            // The samples of a series at one point are no steps of time: what is wanted is their limit.
            double wanted = samples.Solver is not null ? double.PositiveInfinity : Math.Max((double)(horizon - first - stride) / stride, trajectory.Length - 1);
            int[] unbelievable = memory.Note(local, samples.ValidationLoss);
            (double[] hypergradient, estimate, decisions, koopman) = OuterDecision.Of(options.Estimator, options.Trust, trajectory, wanted, standing);
            foreach (int row in unbelievable)
                decisions[row] = decisions[row] with { Reason = WindowMemory.Reason };
            foreach (int row in parts.Coordinates.OverAt(first))
                decisions[row] = new(HypergradientSource.None, 0, "its segment is over");
            if (steps < options.Window)
                Array.Fill(decisions, new(HypergradientSource.None, 0, "window cut short"));
            else
                moves.Take(outer.Step(hypergradient, [.. decisions.Select(decision => decision.Scale)]));
        }
        return Report(samples, local, estimate, decisions) with
        {
            Koopman = (koopman is null ? null : koopman with { Stride = stride })?.Spread(parts.Coordinates.EntryCount, numbers => parts.Coordinates.Spread<double>(numbers, double.NaN)),
            Solver = samples.Solver,
        };
    }

    private WindowReport RunRound(WindowStart start, int steps, bool isLast, ITrainingObserver[] watching)
    {
        using ReverseMode reverse = NewGlobalMode(start);
        WindowSamples samples = Take(reverse, new(window, step, steps, steps), watching);
        using (ModeState reached = reverse.Save())
            plan.Mode.Restore(reached);
        double[] hypergradient = samples.Trajectory![0].ToArray();
        TrustDecision[] decisions = [.. hypergradient.Select(entry => entry == 0 || isLast
            ? new TrustDecision(HypergradientSource.None, 0, isLast ? "last round" : "zero") : new(HypergradientSource.WholeWindow, 1, "exact"))];
        if (!isLast)
            moves.Take(outer.Step(hypergradient, [.. decisions.Select(decision => decision.Scale)]));
        return Report(samples, hypergradient, hypergradient, decisions);
    }

    private WindowReport Report(WindowSamples samples, double[] local, double[] estimate, TrustDecision[] decisions) => new()
    {
        Window = window - 1,
        Step = step,
        TrainingLoss = samples.TrainingLosses.Average(),
        ValidationLoss = samples.ValidationLoss,
        Values = [.. problem.Hyperparameters.SelectMany(item => item.Values.ToArray())],
        Local = parts.Coordinates.Spread<double>(local, double.NaN),
        Estimate = parts.Coordinates.Spread<double>(estimate, double.NaN),
        Decisions = parts.Coordinates.Spread<TrustDecision>(decisions, new(HypergradientSource.None, 0, "fixed")),
    };

    private WindowSamples Take(IHypergradientMode mode, InnerWindow steps, ITrainingObserver[] watching)
    {
        using IDisposable taking = activity.TakeSteps();
        try
        {
            WindowSamples samples = guarded.Take(mode, steps, ReferenceEquals(mode, plan.Mode) && plan.Memory != TangentMemory.Reset, memory.Discount, rollback =>
            {
                parts.Losses.RestoreMode();
                Array.ForEach(watching, observer => observer.OnRollback(rollback));
            });
            step += steps.Steps;
            window++;
            return samples;
        }
        catch (TrainingDivergedException)
        {
            isOver = true;
            throw;
        }
        finally
        {
            parts.Losses.RestoreMode();
        }
    }
}
