using Declarative.Koopman;

namespace Declarative;

/// <summary>Takes the windows of a run: the mode gives a trajectory, the estimator an estimate, the trust policy a decision, the outer optimizer a
/// move.</summary>
/// <param name="problem">What is trained.</param>
/// <param name="options">How it is tuned.</param>
/// <param name="parts">The problem in parts.</param>
/// <param name="plan">The mode.</param>
/// <param name="activity">Told of steps.</param>
internal sealed class TrainingWindows(BilevelProblem problem, GlocalOptions options, ModeParts parts, ModePlan plan, TrainerActivity activity)
{
    private readonly GuardedWindow guarded = new(parts, problem.Hyperparameters);

    /// <summary>Where the run stands.</summary>
    public RunPosition Position { get; set; } = new(options, parts.Coordinates, plan.Memory);

    /// <summary>Whether divergence has ended the run.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Takes a window of the run's own mode, and then an outer step, unless it is cut short.</summary>
    /// <param name="steps">Inner steps.</param>
    /// <param name="horizon">The step for which the global hypergradient is wanted.</param>
    /// <param name="watching">Told of windows that are taken back.</param>
    public WindowReport Run(int steps, long horizon, ObserverGroup watching)
    {
        // The stride divides a full window; one that is cut short may have to be sampled at every step.
        int stride = options.SampleStride == options.Window ? steps : steps % options.Stride == 0 ? options.Stride : 1;
        long first = Position.Step;
        WindowSamples samples = Take(plan.Mode, new(Position.Window, first, steps, stride), Position.Memory.Discount, watching);

        double[] local = [];
        double[] estimate = [];
        TrustDecision[] decisions = [];
        KoopmanReport? koopman = null;
        if (samples.Trajectory is { } trajectory)
        {
            local = trajectory[trajectory.Length - 1].ToArray();
            // The samples of a series at one point are no steps of time: what is wanted is their limit.
            double wanted = samples.Solver is not null ? double.PositiveInfinity : Math.Max((double)(horizon - first - stride) / stride, trajectory.Length - 1);
            int[] unbelievable = Position.Memory.Note(local, samples.ValidationLoss);
            (double[] hypergradient, estimate, decisions, koopman) = OuterDecision.Of(options.Estimator, options.Trust, trajectory, wanted, Position.Standing);
            foreach (int row in unbelievable)
                decisions[row] = decisions[row] with { Reason = WindowMemory.Reason };
            foreach (int row in parts.Coordinates.OverAt(first))
                decisions[row] = new(HypergradientSource.None, 0, "its segment is over");
            if (steps < options.Window)
                Array.Fill(decisions, new(HypergradientSource.None, 0, "window cut short"));
            else
                Position.Moves.Take(Position.Outer.Step(hypergradient, [.. decisions.Select(decision => decision.Scale)]));
        }
        return Report(samples, local, estimate, decisions) with
        {
            Koopman = (koopman is null ? null : koopman with { Stride = stride })?.Spread(parts.Coordinates.EntryCount, numbers => parts.Coordinates.Spread<double>(numbers, double.NaN)),
            Solver = samples.Solver,
        };
    }

    /// <summary>Takes all steps of a training as one window in reverse mode, and then, unless it is the last round, an outer step along the exact
    /// global hypergradient.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="steps">Inner steps.</param>
    /// <param name="isLast">Whether it is kept.</param>
    /// <param name="watching">Told of rounds that are taken back.</param>
    public WindowReport RunRound(WindowStart start, int steps, bool isLast, ObserverGroup watching)
    {
        using ReverseMode reverse = start.BeginReverse();
        WindowSamples samples = Take(reverse, new(Position.Window, Position.Step, steps, steps), discount: 0, watching);
        using (ModeState reached = reverse.Save())
            plan.Mode.Restore(reached);
        double[] hypergradient = samples.Trajectory![0].ToArray();
        TrustDecision[] decisions = [.. hypergradient.Select(entry => entry == 0 || isLast
            ? new TrustDecision(HypergradientSource.None, 0, isLast ? "last round" : "zero") : new(HypergradientSource.WholeWindow, 1, "exact"))];
        if (!isLast)
            Position.Moves.Take(Position.Outer.Step(hypergradient, [.. decisions.Select(decision => decision.Scale)]));
        return Report(samples, hypergradient, hypergradient, decisions);
    }

    private WindowReport Report(WindowSamples samples, double[] local, double[] estimate, TrustDecision[] decisions) => new()
    {
        Window = Position.Window - 1,
        Step = Position.Step,
        TrainingLoss = samples.TrainingLosses.Average(),
        ValidationLoss = samples.ValidationLoss,
        Values = problem.Hyperparameters.EntryValues,
        Local = parts.Coordinates.Spread<double>(local, double.NaN),
        Estimate = parts.Coordinates.Spread<double>(estimate, double.NaN),
        Decisions = parts.Coordinates.Spread<TrustDecision>(decisions, new(HypergradientSource.None, 0, "fixed")),
    };

    private WindowSamples Take(IHypergradientMode mode, InnerWindow steps, double discount, ObserverGroup watching)
    {
        using IDisposable taking = activity.TakeSteps();
        try
        {
            WindowSamples samples = guarded.Take(mode, steps, Position.Moves, discount, rollback =>
            {
                parts.Losses.RestoreMode();
                watching.RolledBack(rollback);
            });
            Position.Step += steps.Steps;
            Position.Window++;
            return samples;
        }
        catch (TrainingDivergedException)
        {
            IsOver = true;
            throw;
        }
        finally
        {
            parts.Losses.RestoreMode();
        }
    }
}
