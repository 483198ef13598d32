using System.Numerics;

namespace Declarative.Koopman;

/// <summary>What an <see cref="IHypergradientEstimator"/> found, with what is needed to decide whether to trust it.</summary>
public sealed record HypergradientEstimate
{
    /// <summary>The estimate [q]. Always finite numbers, whatever the trajectory held.</summary>
    public required double[] Value { get; init; }

    /// <summary>The standard error of each coordinate [q], finite: from what the fit leaves of the samples (the Hankel family, optimised DMD), with the
    /// spread over delays besides (<see cref="AffineHankelEstimator"/>), or from the spread over parts of the samples (what estimates limits
    /// only); null where the estimator has no such notion (the last sample, a mean), and where there are too few samples.</summary>
    public double[]? StandardError { get; init; }

    /// <summary>Skill on the held-out end of the trajectory: 1 - (squared error) / (squared error of persistence). 1 is perfect,
    /// 0 is no better than repeating the last sample. Null without a back-test.</summary>
    public double? BacktestSkill { get; init; }

    /// <summary>The same for each coordinate alone [q]: finite, at least -1,000, and 1 where a coordinate did not move and none was foretold. Null
    /// without a back-test, and for more than 2,000 coordinates, of which only some are foretold.</summary>
    public double[]? CoordinateSkills { get; init; }

    /// <summary>The largest |λ| before any projection into the unit disc. Null without a spectrum.</summary>
    public double? SpectralRadius { get; init; }

    /// <summary>The eigenvalues per sample, the conjugate of a pair left out, 1 (the limit) not listed.</summary>
    public IReadOnlyList<Complex> Eigenvalues { get; init; } = [];

    /// <summary>The modes in full, with their rates and amplitudes; null without a spectrum.</summary>
    public KoopmanReport? Koopman { get; init; }

    /// <summary>That samples were left out from the first one on that held a NaN or an infinity, how many and where; the estimate is made from
    /// those before it. Null where all were finite, and where none is looked at (<see cref="ZeroEstimator"/>).</summary>
    public string? Cut { get; init; }

    /// <summary>Why no estimate could be made from this trajectory, in which case <see cref="Value"/> is the mean of its last
    /// quarter; null when one was made.</summary>
    public string? Failure { get; init; }
}
