using Declarative.Koopman;

namespace Declarative;

/// <summary>What a run is going to do.</summary>
/// <param name="Steps">Inner steps.</param>
/// <param name="Window">Inner steps between two outer steps, τ.</param>
/// <param name="Names">The names of all hyperparameter coordinates: <c>learningRate</c>, <c>weights[3]</c>.</param>
/// <param name="Parameters">The number of parameters p.</param>
/// <param name="Learned">The number of learned coordinates q.</param>
/// <param name="Mode">How hypergradients are computed, and why so.</param>
/// <param name="Notes">What else is good to know: a kernel that was exchanged, one that is not to be trusted.</param>
public sealed record TrainingPlan(long Steps, int Window, IReadOnlyList<string> Names, long Parameters, int Learned, string Mode, IReadOnlyList<string> Notes)
{
    /// <summary>The inner steps that were taken before: not 0 where a trainer goes on, or a checkpoint was resumed.</summary>
    public long FirstStep { get; init; }

    /// <summary>Where it is computed: <c>cpu</c>, <c>cuda:0</c>.</summary>
    public string Device { get; init; } = "";

    /// <summary>The values φ with which it begins, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>How the run tunes.</summary>
    public GlocalOptions Options { get; init; } = new();
}

/// <summary>A checkpoint that has been written, or that a run resumed from.</summary>
/// <param name="Step">The inner steps taken when it was written.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
public sealed record CheckpointReport(long Step, string Path, long Bytes);

/// <summary>A window that went wrong, and was taken back.</summary>
/// <param name="Window">The number of the window, from 0.</param>
/// <param name="Step">The inner step, counted from 1, at which it went wrong.</param>
/// <param name="Reason">What was wrong: of which loss or parameter.</param>
/// <param name="MoveScale">The part of the last outer step that is left; 0 where it was taken back whole.</param>
public sealed record RollbackReport(int Window, long Step, string Reason, double MoveScale);

/// <summary>What was decided about one coordinate of an outer step, and why.</summary>
/// <param name="Source">Which number moved the coordinate.</param>
/// <param name="Scale">The factor on the size of the step, in [0, 1]: the confidence.</param>
/// <param name="Reason">Why, in a few words; empty where the estimate was simply used, or the only sample of the window.</param>
public readonly record struct TrustDecision(HypergradientSource Source, double Scale, string Reason)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string scaled = Source != HypergradientSource.None && Scale != 1 ? FormattableString.Invariant($"{Source} x{Scale:0.00}") : Source.ToString();
        return string.IsNullOrEmpty(Reason) ? scaled : $"{scaled}: {Reason}";
    }
}

/// <summary>Which number an outer step used for a coordinate.</summary>
public enum HypergradientSource
{
    /// <summary>None: the coordinate is fixed, or did not move.</summary>
    None,

    /// <summary>The estimator's value.</summary>
    Estimate,

    /// <summary>The mean of the last quarter of the trajectory: what an untrusted estimate falls back to.</summary>
    TailMean,

    /// <summary>The last sample, the local hypergradient of the whole window: of a coordinate that takes too few distinct samples to be
    /// extrapolated.</summary>
    WholeWindow,
}

/// <summary>One window of a run, when its outer step has been taken. Arrays run over <see cref="TrainingPlan.Names"/>.</summary>
public sealed record WindowReport
{
    /// <summary>The number of this window, from 0.</summary>
    public required int Window { get; init; }

    /// <summary>The inner steps taken so far.</summary>
    public required long Step { get; init; }

    /// <summary>The mean training loss of the window's steps.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>The validation loss at the window's end.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>The values φ after the outer step.</summary>
    public required double[] Values { get; init; }

    /// <summary>The local hypergradient with respect to u, the last sample; NaN for fixed coordinates.</summary>
    public required double[] Local { get; init; }

    /// <summary>The estimate of the global hypergradient with respect to u; NaN for fixed coordinates.</summary>
    public required double[] Estimate { get; init; }

    /// <summary>What each coordinate's outer step was taken on.</summary>
    public required TrustDecision[] Decisions { get; init; }

    /// <summary>How the hypergradients evolved, as the estimator's model has it, told in steps; NaN for coordinates that were not estimated. Null
    /// where there is no model.</summary>
    public KoopmanReport? Koopman { get; init; }

    /// <summary>How implicit mode's solver did; null in the other modes.</summary>
    public SolverReport? Solver { get; init; }
}

/// <summary>How a run ended.</summary>
public sealed record TrainingResult
{
    /// <summary>Inner steps taken.</summary>
    public required long Steps { get; init; }

    /// <summary>The mean training loss of the last window.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>The validation loss at the last window's end.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>The final values of all hyperparameter coordinates, by name.</summary>
    public required IReadOnlyDictionary<string, double> Hyperparameters { get; init; }

    /// <summary>Wall-clock time of the run.</summary>
    public required TimeSpan Elapsed { get; init; }
}
