using System.Diagnostics;
using System.Globalization;
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
    private readonly ParameterVector parameters;
    private readonly LearnedCoordinates coordinates;
    private readonly InnerOptimizer optimizer;
    private readonly IOuterState outer;
    private readonly LossEvaluation losses;
    private readonly OuterMoves moves;
    private IHypergradientMode? mode;
    private string modeReason = "forward mode (as asked for)";
    private bool isProbed;
    private bool needsCompositeAttention;
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
        coordinates = new(problem.Hyperparameters);
        outer = this.options.Outer.Start(coordinates.Count);
        foreach (Hyperparameter item in problem.Hyperparameters)
            if (item is NumberHyperparameter { IsLearned: true } && !problem.Groups.Any(group => group.Optimizer.Hyperparameters.Contains(item)))
                throw new ArgumentException($"Hyperparameter '{item.Name}' is learned, but it belongs to an update rule that is not this problem's "
                    + "optimizer. Fix() it.");
        moves = new(coordinates, this.options.Rollbacks);
        parameters = new(problem.Model, problem.Groups);
        foreach (TensorHyperparameter item in problem.Hyperparameters.OfType<TensorHyperparameter>())
            item.PlaceOn(parameters.Vector.device, parameters.Vector.dtype);
        losses = new LossEvaluation(problem, parameters, trainingBatches, validationBatches, unchecked((ulong)this.options.Seed));
        optimizer = new(problem, parameters, coordinates);
        if (coordinates.Count == 0 || this.options.Mode == HypergradientMode.Forward)
        {
            mode = new ForwardMode(optimizer, parameters, coordinates, losses, this.options.MemoryLimit);
            if (coordinates.Count == 0)
                modeReason = "plain steps (nothing is learned)";
        }
        else if (this.options.Mode == HypergradientMode.Implicit)
        {
            mode = new ImplicitMode(problem, optimizer, parameters, coordinates, losses, this.options.Solver);
            modeReason = $"implicit mode, {this.options.Solver.Name} (as asked for)";
        }
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
        ObjectDisposedException.ThrowIf(parameters.Vector.IsInvalid, this);
        if (isOver)
            throw new InvalidOperationException("An exception has ended this trainer's run; make a new one.");
        coordinates.CheckUnchanged(problem.Hyperparameters);
        using var scope = NewDisposeScope();
        ITrainingObserver[] watching = [.. observers ?? []];
        IReadOnlyList<string> names = problem.Hyperparameters.EntryNames;
        using RunKernels kernels = PrepareMode();
        var plan = new TrainingPlan(steps, options.Window, names, parameters.Count, coordinates.Count, modeReason, kernels.Notes);
        foreach (ITrainingObserver observer in watching)
            observer.OnStarted(plan);

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
                losses.RestoreMode();
            }
            foreach (ITrainingObserver observer in watching)
                observer.OnWindow(last);
        }

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

    /// <summary>Releases what the trainer owns. The model keeps its parameters.</summary>
    public void Dispose()
    {
        mode?.Dispose();
        parameters.Dispose();
    }

    // What the model runs on until the run ends; at the first run, also how hypergradients are computed.
    private RunKernels PrepareMode()
    {
        parameters.CheckAttached();
        var kernels = new RunKernels(problem.Model, differentiatesTwice: coordinates.Count > 0);
        try
        {
            if (needsCompositeAttention)
                kernels.UseCompositeAttention();
            if (coordinates.Count == 0 || isProbed)
                return kernels;
            GraphProbe probe = GraphProbe.Of(Context(), step, kernels);
            isProbed = true;
            needsCompositeAttention = kernels.UsesCompositeAttention;
            if (mode is not null)
                return kernels;
            double stateBytes = (parameters.Count + optimizer.StateEntries) * (double)parameters.Vector.element_size();
            ModeChoice choice = ModeChoice.Of(options, coordinates.Count, ForwardMode.Bytes(optimizer, parameters, coordinates), stateBytes, probe);
            modeReason = choice.Reason;
            mode = choice.Mode == HypergradientMode.Forward ? new ForwardMode(optimizer, parameters, coordinates, losses, options.MemoryLimit)
                : new ReverseMode(problem.Model, optimizer, parameters, coordinates, losses, choice.Storage);
            return kernels;
        }
        catch
        {
            kernels.Dispose();
            throw;
        }
        finally
        {
            losses.RestoreMode();
        }
    }

    private TapeContext Context() => new(optimizer, parameters, losses, new(problem.Model), [.. coordinates.Tensors.Select(tensor => tensor.Leaf)]);

    private WindowReport RunWindow(int steps, long horizon, ITrainingObserver[] watching)
    {
        if (window > 0)
            mode!.Discount(options.Memory.Discount);
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
            Local = coordinates.Spread<double>(local, double.NaN),
            Estimate = coordinates.Spread<double>(estimate, double.NaN),
            Decisions = coordinates.Spread<TrustDecision>(decisions, new(HypergradientSource.None, 0, "fixed")),
            Solver = samples.Solver,
        };
    }

    private WindowSamples Take(InnerWindow next, ITrainingObserver[] watching)
    {
        parameters.CheckAttached();
        using var start = new WindowStart(parameters, mode!, new(problem.Model));
        try
        {
            for (bool isFirst = true; ; isFirst = false)
            {
                WindowSamples samples = mode!.Run(next);
                if (Trouble(samples, next) is not { } trouble)
                {
                    moves.Good();
                    return samples;
                }
                start.Restore();
                (long at, string what) = start.Diagnose(Context(), next) ?? trouble;
                start.Restore();
                // Tangents that are carried may be the trouble themselves, and are not needed.
                mode.Discount(0);
                if (!moves.TryShrink() && !(isFirst && options.Memory != TangentMemory.Reset))
                    throw Diverged(what, at);
                losses.RestoreMode();
                foreach (ITrainingObserver observer in watching)
                    observer.OnRollback(new(next.Index, at, what, moves.Left));
            }
        }
        catch
        {
            isOver = true;
            start.Restore();
            throw;
        }
    }

    private (long Step, string What)? Trouble(WindowSamples samples, InnerWindow window)
    {
        long end = window.FirstStep + window.Steps;
        int bad = Array.FindIndex(samples.TrainingLosses, loss => !double.IsFinite(loss));
        if (bad >= 0)
            return (window.FirstStep + bad + 1, FormattableString.Invariant($"the training loss is {samples.TrainingLosses[bad]}"));
        if (!double.IsFinite(samples.ValidationLoss))
            return (end, FormattableString.Invariant($"the validation loss is {samples.ValidationLoss}"));
        if (mode!.Complaint() is { } complaint)
            return (end, complaint);
        if (samples.Trajectory is not { } trajectory)
            return null;
        ReadOnlySpan<double> last = trajectory[trajectory.Length - 1];
        for (int i = 0; i < last.Length; i++)
            if (!double.IsFinite(last[i]))
                return (end, FormattableString.Invariant($"the hypergradient of '{coordinates.NameOf(i)}' is {last[i]}"));
        return null;
    }

    private TrainingDivergedException Diverged(string what, long at) => new(string.Create(CultureInfo.InvariantCulture,
        $"At step {at} {what}{(moves.Left == 1 ? "" : $", also after the last outer step was taken back")}. ")
        + $"The hyperparameters were {string.Join(", ", problem.Hyperparameters)}. The model has the parameters of the last good window.", at);
}
