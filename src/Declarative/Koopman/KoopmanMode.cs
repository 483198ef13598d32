using System.Numerics;

namespace Declarative.Koopman;

/// <summary>One mode with which a hypergradient evolves: λᵗ, or for a complex λ an oscillation, of which the conjugate is not told apart.</summary>
public sealed record KoopmanMode
{
    /// <summary>λ per sample, in the upper half plane.</summary>
    public required Complex Eigenvalue { get; init; }

    /// <summary>The size of the mode in each coordinate [q] at the last sample, in units of the hypergradient: |c λᵗ|, of an oscillation its
    /// amplitude. Empty for more than 1,000 coordinates.</summary>
    public required double[] Amplitudes { get; init; }

    /// <summary>Steps from one sample to the next: what <see cref="GrowthRate"/>, <see cref="HalfLife"/> and <see cref="Period"/> are told in.</summary>
    public double Stride { get; init; } = 1;

    /// <summary>ln |λ| per step; negative where the mode decays.</summary>
    public double GrowthRate => Math.Log(Eigenvalue.Magnitude) / Stride;

    /// <summary>The steps in which the mode halves; infinite where it does not decay.</summary>
    public double HalfLife => GrowthRate < 0 ? Math.Log(2) / -GrowthRate : double.PositiveInfinity;

    /// <summary>The steps of one turn; infinite for a mode that does not turn, two samples for one that alternates.</summary>
    public double Period => Eigenvalue.Phase == 0 ? double.PositiveInfinity : 2 * Math.PI / Math.Abs(Eigenvalue.Phase) * Stride;
}
