using System.Numerics;

namespace Declarative.Koopman;

/// <summary>What an <see cref="IHypergradientEstimator"/> found, with what is needed to decide whether to trust it.</summary>
public sealed record HypergradientEstimate
{
    /// <summary>The estimate [q]. Always finite numbers, whatever the trajectory held.</summary>
    public required double[] Value { get; init; }

    /// <summary>The standard error of each coordinate [q], from the fit's variance and the spread over delays; null where
    /// the estimator has no such notion (the last sample, a mean).</summary>
    public double[]? StandardError { get; init; }

    /// <summary>Skill on the held-out end of the trajectory: 1 - (squared error) / (squared error of persistence). 1 is perfect,
    /// 0 is no better than repeating the last sample. Null without a back-test.</summary>
    public double? BacktestSkill { get; init; }

    /// <summary>The largest |λ| before any projection into the unit disc. Null without a spectrum.</summary>
    public double? SpectralRadius { get; init; }

    /// <summary>The eigenvalues per sample, the conjugate of a pair left out, 1 (the limit) not listed.</summary>
    public IReadOnlyList<Complex> Eigenvalues { get; init; } = [];

    /// <summary>Why no estimate could be made from this trajectory, in which case <see cref="Value"/> is the mean of its last
    /// quarter; null when one was made.</summary>
    public string? Failure { get; init; }
}
