namespace Declarative;

/// <summary>What a <see cref="HypergradientCheck"/> does.</summary>
public sealed record HypergradientCheckOptions
{
    /// <summary>The inner steps that are differentiated. Momentum matters from the second on.</summary>
    public int Steps { get; init; } = 5;

    /// <summary>The number of the first step, from 0: what batches, schedules and segments are asked for.</summary>
    public long FirstStep { get; init; }

    /// <summary>The most coordinates that are held against finite differences, at four runs or more each: all scalars, then entries spread
    /// over the vectors. Every hyperparameter has one at least, whatever this says. The modes are compared with each other in all coordinates.</summary>
    public int Coordinates { get; init; } = 12;

    /// <summary>The largest deviation that is agreement, in float64: from a finite difference relative to the value, or to a hundredth of the
    /// largest hypergradient where the value is smaller; of modes from each other, to a millionth of the largest. A check that cannot be made in
    /// float64 allows 2e-2, relative to a tenth and a hundredth of the largest.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>Decides the random numbers of the steps (dropout).</summary>
    public int Seed { get; init; }

    /// <summary>Whether a hyperparameter whose hypergradient is zero in all its entries fails the check.</summary>
    public bool ZerosFail { get; init; } = true;

    /// <summary>Whether the model may be given another floating-point type while it is checked: float64 for the comparison, float32 to see what
    /// that costs in accuracy. Say no where a loss multiplies with matrices of its own that are neither parameters nor buffers of the model nor
    /// part of a batch: TorchSharp's <c>matmul</c> ends the process where types differ. All is then done in the model's own type.</summary>
    public bool ChangesType { get; init; } = true;

    /// <summary>The most memory, in bytes, that a mode may take; one that needs more is left out, and a note says so.</summary>
    public long MemoryLimit { get; init; } = 1L << 30;

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    internal void Check()
    {
        if (Steps < 1)
            throw new ArgumentException($"A check takes at least one step, not {Steps}.");
        if (FirstStep < 0)
            throw new ArgumentException($"Steps are counted from 0: {FirstStep} is none.");
        if (Coordinates < 1)
            throw new ArgumentException($"A check looks at one coordinate at least, not {Coordinates}.");
        if (!(Tolerance > 0))
            throw new ArgumentException($"The tolerance must be positive, not {Tolerance}.");
        if (MemoryLimit < 1)
            throw new ArgumentException($"The memory limit is a number of bytes, not {MemoryLimit}.");
    }
}
