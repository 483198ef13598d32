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
    private readonly TrainingWindows windows;
    private readonly TrainerActivity activity = new();
    private readonly ObservedRun run;
    private string? resumedIn;

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
            windows = new(problem, this.options, parts, plan, activity);
            run = new(problem, this.options, parts, plan, () => windows.Position);
        }
        catch
        {
            if (isTaken)
                places.Restore();
            throw;
        }
    }

    /// <summary>The inner steps taken so far.</summary>
    public long Steps => windows.Position.Step;

    /// <summary>Takes inner steps, with an outer step after each full window. Called again, it goes on from there, with a new window: a run
    /// that is no multiple of the window ends with a shorter one, after which no outer step is taken.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="observers">Who watches.</param>
    /// <param name="checkpoints">Where to write checkpoints: now and then, at the end, and when the run is cancelled.</param>
    /// <param name="cancellation">Asks the run to stop: it finishes its inner step, goes back to the last window's end, writes a checkpoint and
    /// throws. The trainer can go on from there.</param>
    /// <remarks>Whatever the steps of a window throw, everything is then as it was at the last window's end, from where the trainer can go on; but after a
    /// <see cref="TrainingDivergedException"/> it takes no further step. An estimator that throws leaves the window taken, and its outer step not. Exceptions of losses, batch sources and observers come through as they
    /// are; those of TorchSharp become an <see cref="InvalidOperationException"/> that says where it was.</remarks>
    /// <exception cref="TrainingDivergedException">A loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    /// <exception cref="ObjectDisposedException">The trainer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">A loss or a hyperparameter is not usable, or the checkpoints that are there are of another run;
    /// the message says which and why.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written, or another run has the folder.</exception>
    /// <exception cref="UnauthorizedAccessException">A checkpoint may not be written.</exception>
    public TrainingResult Run(long steps, IEnumerable<ITrainingObserver>? observers = null, CheckpointFolder? checkpoints = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, long.MaxValue - Steps);
        activity.CheckIdle();
        CheckUsable();
        var watching = new ObserverGroup(observers);
        using IDisposable running = activity.Run();
        using IDisposable? taken = checkpoints?.Take(Steps, isResumed: checkpoints.Path == resumedIn);
        RunCheckpoints? written = checkpoints is null ? null : new(checkpoints, Write);
        long end = Steps + steps, horizon = options.Horizon ?? end;
        return run.Run(watching, steps, options.Window, reason: null, written, cancellation, () =>
        {
            WindowReport? last = null;
            while (Steps < end)
            {
                last = windows.Run((int)Math.Min(options.Window, end - Steps), horizon, watching);
                watching.Window(last);
                written?.Offer(Steps, isEnd: Steps == end, watching);
            }
            return last!;
        });
    }

    /// <summary>Writes a checkpoint: all that the run is. A file of that name is replaced when the new one is whole.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">No run has begun yet, or training has diverged.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public CheckpointReport Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        CheckUsable();
        return plan.Settled is null ? throw new InvalidOperationException("There is nothing to save before the first Run().") : Write(Path.GetFullPath(path));
    }

    /// <summary>Goes on from a checkpoint: parameters, hyperparameters and all that the run remembered become what they were. Model, losses, data and
    /// options are to be made as for the run that wrote it; what differs is told, and refused.</summary>
    /// <param name="path">The file.</param>
    /// <remarks>On the CPU of the same machine, with the same number of threads, the run that goes on gives the same numbers, to the last bit, as one
    /// that was never interrupted. Reading runs no code and makes no type that the file names.</remarks>
    /// <exception cref="CheckpointException">It is refused, and nothing has changed; the message says why, and which earlier one is good.</exception>
    /// <exception cref="InvalidOperationException">Training has diverged, or a run is under way.</exception>
    public CheckpointReport Resume(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        activity.CheckIdle();
        CheckUsable();
        string file = Path.GetFullPath(path);
        try
        {
            Read(file);
        }
        catch (CheckpointException refused) when (RunCheckpoints.Before(file) is { } before)
        {
            throw new CheckpointException(refused.Fault, file, refused.Reason, before, refused.InnerException);
        }
        return new(Steps, file, new FileInfo(file).Length);
    }

    /// <summary>Goes on from the last checkpoint of a folder that is whole. The next run's log says why those after it were refused; where it writes
    /// into the folder, it sets them aside, under another name.</summary>
    /// <param name="folder">Where they are.</param>
    /// <returns>The one that it goes on from; null where there is none, and the run begins at its start.</returns>
    /// <exception cref="CheckpointException">One is of another run or of a newer version, one cannot be read, or none is whole; nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">Training has diverged, or a run is under way.</exception>
    public CheckpointReport? Resume(CheckpointFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        activity.CheckIdle();
        CheckUsable();
        (CheckpointReport? read, IReadOnlyList<CheckpointException> refused) = RunCheckpoints.ReadLast(folder, Read);
        run.Notes = [.. run.Notes, .. refused.Select(bad => bad.Message)];
        return read;
    }

    /// <summary>Trains several times from where the trainer stands, each time with the settings that the exact global hypergradient of the time
    /// before asks for. The last time is kept.</summary>
    /// <param name="steps">The steps of each time: all of the training that the settings are for.</param>
    /// <param name="rounds">How many times.</param>
    /// <param name="observers">Who watches; each round is a window to them, and their steps count on from round to round.</param>
    /// <param name="cancellation">Asks the run to stop: it finishes its inner step, goes back to where the round began, and throws.</param>
    /// <remarks>The method of Maclaurin, Duvenaud and Adams (2015), with checkpoints in place of reversible steps: the most faithful, and
    /// the dearest, about four and a half gradients a step and round. Settings are constant through a round, so that what is learned is the
    /// best constant ones; the estimator, the trust policy and the memory of tangents take no part. A round that diverges is taken back, and taken
    /// again after half the move that led there.</remarks>
    /// <exception cref="TrainingDivergedException">A loss is no longer finite.</exception>
    /// <exception cref="ObjectDisposedException">The trainer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Nothing is learned, the checkpoints need more than the memory limit, or a loss is not usable.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public TrainingResult RunRestarted(int steps, int rounds, IEnumerable<ITrainingObserver>? observers = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        activity.CheckIdle();
        CheckUsable();
        CheckGlobal(steps);
        var watching = new ObserverGroup(observers);
        using IDisposable running = activity.Run();
        return run.Run(watching, (long)steps * rounds, steps, "reverse mode over all steps, checkpoints kept", null, cancellation, () =>
        {
            WindowReport? last = null;
            long first = Steps;
            for (int round = 1; round <= rounds; round++)
            {
                using var start = new WindowStart(parts, plan.Mode);
                last = windows.RunRound(start, steps, isLast: round == rounds, watching) with { Step = first + (long)round * steps };
                if (round < rounds)
                {
                    start.Restore();
                    windows.Position.Step = first;
                }
                watching.Window(last);
            }
            return last!;
        });
    }

    /// <summary>The exact global hypergradient: the derivative of the validation loss after further steps, taken on the batches that a run would
    /// see and with the hyperparameters as they are now, from here. What the estimators estimate. Nothing changes by it.</summary>
    /// <param name="steps">How many steps: those up to the horizon.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <returns>For each of <see cref="TrainingPlan.Names"/> the derivative with respect to u; NaN for fixed ones.</returns>
    /// <remarks>Reverse mode over all steps at once, with checkpoints: about four and a half gradients a step, memory for 2√steps times parameters
    /// and optimizer state. The validation batch is that of the next window.</remarks>
    /// <exception cref="InvalidOperationException">Nothing is learned, the checkpoints need more than the memory limit, or training has
    /// diverged.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public double[] GlobalHypergradient(int steps, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        CheckUsable();
        CheckGlobal(steps);
        using var scope = NewDisposeScope();
        using IDisposable taking = activity.TakeSteps();
        using RunKernels kernels = plan.Begin(Steps);
        using var start = new WindowStart(parts, plan.Mode);
        using ReverseMode reverse = start.BeginReverse();
        // Asked by an observer, it also stops with the run.
        CancellationToken ofRun = parts.Losses.Cancellation;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ofRun, cancellation);
        parts.Losses.Cancellation = either.Token;
        try
        {
            Trajectory whole = reverse.Run(new(windows.Position.Window, Steps, steps, steps)).Trajectory!;
            return parts.Coordinates.Spread<double>(whole[0], double.NaN);
        }
        finally
        {
            parts.Losses.Cancellation = ofRun;
            start.Restore();
            parts.Losses.RestoreMode();
            problem.Hyperparameters.Publish();
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
        if (windows.IsOver)
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

    private CheckpointReport Write(string file) => RunState.Write(file, problem, options, parts, plan, windows.Position);

    private void Read(string file)
    {
        (windows.Position, run.Notes) = RunState.Read(file, problem, options, parts, plan);
        resumedIn = Path.GetDirectoryName(file);
        problem.Hyperparameters.Publish();
    }
}
