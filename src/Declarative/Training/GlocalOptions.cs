using Declarative.Koopman;

namespace Declarative;

/// <summary>How a run tunes its hyperparameters.</summary>
/// <remarks>The defaults are those that did best from bad starts in the study (<c>samples/Study</c>): short windows, so that a start that is far
/// too fast is left before it does harm, whose tangents are remembered for some two hundred steps. Extrapolation sees as far without
/// memory: <c>new() { Window = 50, Memory = TangentMemory.Reset, Estimator = new AffineHankelEstimator() }</c> is the glocal method of
/// Hataya and Kawahara (2024).</remarks>
public sealed record GlocalOptions
{
    /// <summary>Inner steps between two outer steps, τ. An estimator that extrapolates wants some 50 to 100.</summary>
    public int Window { get; init; } = 10;

    /// <summary>Inner steps between two samples of the hypergradient; a divisor of <see cref="Window"/>.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>The training step for which the global hypergradient is wanted; by default the run's last one.</summary>
    public long? Horizon { get; init; }

    /// <summary>How local hypergradients are computed.</summary>
    public HypergradientMode Mode { get; init; } = HypergradientMode.Automatic;

    /// <summary>What reverse mode keeps of a window.</summary>
    public ReverseStorage Storage { get; init; } = ReverseStorage.Automatic;

    /// <summary>How implicit mode solves for the derivative of a stationary point.</summary>
    public ImplicitSolver Solver { get; init; } = new ConjugateGradients();

    /// <summary>What a window keeps of the tangents before it. Reverse and implicit mode have no tangents and keep nothing; the automatic
    /// memory of the default gives way to them where they are asked for.</summary>
    public TangentMemory Memory { get; init; } = TangentMemory.Automatic;

    /// <summary>Estimates the global hypergradient. <see cref="LastSampleEstimator"/> extrapolates nothing and takes one sample a window;
    /// each sample of the others costs a gradient of the validation loss.</summary>
    public IHypergradientEstimator Estimator { get; init; } = new LastSampleEstimator();

    /// <summary>Which estimates are used.</summary>
    public TrustPolicy Trust { get; init; } = new();

    /// <summary>How u moves; by default by <see cref="OuterAdam"/> with moves of about .015 for each inner step of a window, at most .3: short
    /// windows take shorter moves.</summary>
    public OuterOptimizer? Outer { get; init; }

    /// <summary>Decides the random numbers of all steps (dropout). TorchSharp's process-wide generators are set before each step.</summary>
    public int Seed { get; init; }

    /// <summary>The most memory, in bytes, that a mode may take for what it carries: the tangents of forward mode, the states of reverse
    /// mode's window. What a step needs besides is not counted, and implicit mode has nothing that grows. On a GPU it is what that has free when the
    /// trainer is made, where that is less.</summary>
    public long MemoryLimit { get; init; } = 4L << 30;

    /// <summary>How often in a row a run may go back to the last good window, and make the move that led into trouble smaller each time, before
    /// it gives up: losses, gradients, hypergradients or tangents that are not finite, or tangents that grew beyond belief.</summary>
    public int Rollbacks { get; init; } = 4;

    /// <summary>How u moves, settled.</summary>
    internal OuterOptimizer OuterOrDefault
    {
        get
        {
            double step = Math.Min(.3, .015 * Window);
            return Outer ?? new OuterAdam { StepSize = step, LargestMove = step };
        }
    }

    /// <summary>Steps between the samples that are worth taking: where the last one is all that is used, only that.</summary>
    internal int SampleStride => Estimator is LastSampleEstimator ? Window : Stride;

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    internal void Check()
    {
        if (Window < 1)
            throw new ArgumentException($"A window takes at least one step, not {Window}.");
        if (Stride < 1 || Window % Stride != 0)
            throw new ArgumentException($"The stride must divide the window of {Window} steps; {Stride} does not.");
        if (Horizon < 1)
            throw new ArgumentException($"The horizon is a training step from 1 on, not {Horizon}.");
        if (MemoryLimit < 1)
            throw new ArgumentException($"The memory limit is a number of bytes, not {MemoryLimit}.");
        if (Rollbacks < 0)
            throw new ArgumentException($"A run cannot go back {Rollbacks} times.");
        if (!Enum.IsDefined(Mode))
            throw new ArgumentException($"There is no {nameof(Mode)} {Mode}.");
        if (!Enum.IsDefined(Storage))
            throw new ArgumentException($"There is no {nameof(Storage)} {Storage}.");
        if (Mode is HypergradientMode.Reverse or HypergradientMode.Implicit && Memory.Discount > 0 && !Memory.IsAutomatic)
            throw new ArgumentException($"{Mode} mode has no tangents that could be {Memory} from window to window; use forward mode.");
        ArgumentNullException.ThrowIfNull(Solver);
        Solver.Check();
        ArgumentNullException.ThrowIfNull(Estimator);
        ArgumentNullException.ThrowIfNull(Trust);
        Trust.Check();
    }
}
