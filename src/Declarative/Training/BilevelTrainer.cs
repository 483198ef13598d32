using System.Diagnostics;
using System.Globalization;
using Declarative.Koopman;
using TorchSharp;

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
    private readonly IHypergradientMode mode;
    private readonly IOuterState outer;
    private long step;
    private int window;

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
        using var scope = torch.NewDisposeScope();
        this.problem = problem;
        this.options = options ?? new();
        this.options.Check();
        coordinates = new(problem.Hyperparameters);
        outer = this.options.Outer.Start(coordinates.Count);
        parameters = new(problem.Model);
        foreach (TensorHyperparameter item in problem.Hyperparameters.OfType<TensorHyperparameter>())
            item.PlaceOn(parameters.Vector.device, parameters.Vector.dtype);
        var losses = new LossEvaluation(problem, parameters, trainingBatches, validationBatches, unchecked((ulong)this.options.Seed));
        mode = this.options.Mode == HypergradientMode.Reverse && coordinates.Count > 0
            ? new ReverseMode(problem.Model, problem.Optimizer, parameters, coordinates, losses)
            : new ForwardMode(problem.Optimizer, parameters, coordinates, losses, this.options.TangentMemoryLimit);
    }

    /// <summary>The inner steps taken so far.</summary>
    public long Steps => step;

    /// <summary>Takes inner steps, with an outer step after each full window. Called again, it goes on from there.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="observers">Who watches.</param>
    /// <exception cref="TrainingDivergedException">A loss is no longer finite.</exception>
    /// <exception cref="InvalidOperationException">A loss or a hyperparameter is not usable; the message says which and why.</exception>
    public TrainingResult Run(long steps, IEnumerable<ITrainingObserver>? observers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var scope = torch.NewDisposeScope();
        ITrainingObserver[] watching = [.. observers ?? []];
        IReadOnlyList<string> names = problem.Hyperparameters.EntryNames;
        var plan = new TrainingPlan(steps, options.Window, names, parameters.Count, coordinates.Count);
        foreach (ITrainingObserver observer in watching)
            observer.OnStarted(plan);

        var clock = Stopwatch.StartNew();
        long end = step + steps;
        long horizon = options.Horizon ?? end;
        WindowReport? last = null;
        while (step < end)
        {
            last = RunWindow((int)Math.Min(options.Window, end - step), horizon);
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
        mode.Dispose();
        parameters.Dispose();
    }

    private WindowReport RunWindow(int steps, long horizon)
    {
        if (window > 0)
            mode.Discount(options.Memory.Discount);
        // A last window that is cut short samples at every step that its length allows.
        int stride = steps % options.Stride == 0 ? options.Stride : 1;
        long first = step;
        WindowSamples samples = mode.Run(new(window, first, steps, stride));
        step += steps;
        window++;
        CheckLosses(samples, first);

        double[] local = [];
        HypergradientEstimate? estimate = null;
        TrustDecision[] decisions = [];
        if (samples.Trajectory is { } trajectory)
        {
            local = trajectory[trajectory.Length - 1].ToArray();
            double wanted = Math.Max((double)(horizon - first - stride) / stride, trajectory.Length - 1);
            estimate = options.Estimator.Estimate(trajectory, wanted);
            (double[] hypergradient, decisions) = options.Trust.Decide(trajectory, estimate);
            if (steps == options.Window)
                coordinates.Move(outer.Step(hypergradient, [.. decisions.Select(decision => decision.Scale)]));
        }
        return new()
        {
            Window = window - 1,
            Step = step,
            TrainingLoss = samples.TrainingLosses.Average(),
            ValidationLoss = samples.ValidationLoss,
            Values = [.. problem.Hyperparameters.SelectMany(item => item.Values.ToArray())],
            Local = coordinates.Spread<double>(local, double.NaN),
            Estimate = coordinates.Spread<double>(estimate?.Value ?? [], double.NaN),
            Decisions = coordinates.Spread<TrustDecision>(decisions, new(HypergradientSource.None, 0, "fixed")),
        };
    }

    private void CheckLosses(WindowSamples samples, long first)
    {
        int bad = Array.FindIndex(samples.TrainingLosses, loss => !double.IsFinite(loss));
        if (bad >= 0)
            throw Diverged("training", samples.TrainingLosses[bad], first + bad + 1);
        if (!double.IsFinite(samples.ValidationLoss))
            throw Diverged("validation", samples.ValidationLoss, step);
    }

    private TrainingDivergedException Diverged(string name, double loss, long at) => new(string.Create(CultureInfo.InvariantCulture,
        $"The {name} loss is {loss} at step {at}. The hyperparameters were {string.Join(", ", problem.Hyperparameters)}."), at);
}
