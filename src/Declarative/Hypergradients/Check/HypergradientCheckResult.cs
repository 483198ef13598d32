using static TorchSharp.torch;

namespace Declarative;

/// <summary>One coordinate of a <see cref="HypergradientCheck"/>. All values are derivatives of the validation loss with respect to the
/// unconstrained coordinate u.</summary>
public sealed record HypergradientCheckRow
{
    /// <summary>The entry's name: <c>learningRate</c>, <c>weights[3]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The central finite difference, extrapolated from two step sizes.</summary>
    public required double FiniteDifference { get; init; }

    /// <summary>By how much the two step sizes differ, and what rounding may add.</summary>
    public required double FiniteDifferenceError { get; init; }

    /// <summary>Forward mode; nothing where it was not run.</summary>
    public double? Forward { get; init; }

    /// <summary>Reverse mode with each step's graph kept; nothing where it was not run.</summary>
    public double? Graphs { get; init; }

    /// <summary>Reverse mode with each step's state kept; nothing where it was not run.</summary>
    public double? States { get; init; }

    /// <summary>Reverse mode with checkpoints; nothing where it was not run.</summary>
    public double? Checkpoints { get; init; }

    /// <summary>The largest relative deviation of a mode from the finite difference.</summary>
    public required double Deviation { get; init; }

    /// <summary>The relative deviation of the same hypergradient computed in float32, by the first mode that was run; nothing where it was not.</summary>
    public double? Float32Deviation { get; init; }

    /// <summary>What follows.</summary>
    public required HypergradientVerdict Verdict { get; init; }
}

/// <summary>What a <see cref="HypergradientCheck"/> found.</summary>
public sealed record HypergradientCheckResult
{
    /// <summary>The coordinates that were held against finite differences.</summary>
    public required IReadOnlyList<HypergradientCheckRow> Rows { get; init; }

    /// <summary>What is wrong, in words; empty where the check passed.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What else is to be known: modes that were left out and why, what was not checked.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>q, of all learned coordinates.</summary>
    public required int Coordinates { get; init; }

    /// <summary>p.</summary>
    public required long Parameters { get; init; }

    /// <summary>The inner steps that were differentiated.</summary>
    public required int Steps { get; init; }

    /// <summary>The type in which all but <see cref="HypergradientCheckRow.Float32Deviation"/> was computed.</summary>
    public required ScalarType Type { get; init; }

    /// <summary>The relative deviation up to which values agree.</summary>
    public required double Tolerance { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool Passed => Problems.Count == 0;

    /// <summary>The row of a coordinate.</summary>
    /// <exception cref="KeyNotFoundException">It is not among the rows.</exception>
    public HypergradientCheckRow this[string name] => Rows.FirstOrDefault(row => row.Name == name)
        ?? throw new KeyNotFoundException($"'{name}' was not checked. These were: {string.Join(", ", Rows.Select(row => row.Name))}.");

    /// <summary>Throws where something is wrong: the one line of a unit test.</summary>
    /// <exception cref="HypergradientCheckException">The check did not pass; its message is the table.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed)
            throw new HypergradientCheckException(this);
    }

    /// <summary>The table, with what is wrong and the notes below.</summary>
    public override string ToString() => HypergradientTable.Of(this);
}

/// <summary>Hypergradients are not what they should be; the message is the table of the check.</summary>
public sealed class HypergradientCheckException(HypergradientCheckResult result) : Exception(Environment.NewLine + result)
{
    /// <summary>What the check found.</summary>
    public HypergradientCheckResult Result { get; } = result;
}
