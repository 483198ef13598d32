using System.Numerics;

namespace Declarative.Koopman;

/// <summary>What a plain Hankel model does with the eigenvalues it finds: what tells its estimators apart.</summary>
internal sealed record HankelRule
{
    /// <summary>As near to 1 as rounding leaves the limit of samples without noise.</summary>
    private const double Rounding = 1e-8;

    /// <summary>How eigenvalues are found.</summary>
    public EigenvalueMethod Method { get; init; } = EigenvalueMethod.LeastSquares;

    /// <summary>What becomes of an eigenvalue that is not the limit's.</summary>
    public required Func<Complex, Complex> Adjust { get; init; }

    /// <summary>Whether the limit alone is extrapolated, and the other modes only fitted.</summary>
    public bool LimitOnly { get; init; }

    /// <summary>Estimates are held within this many times the largest |sample| of their coordinate.</summary>
    public double BoundFactor { get; init; } = 2;

    /// <summary>Eigenvalues stay as they are.</summary>
    public static HankelRule Keep { get; } = new() { Adjust = λ => λ, BoundFactor = double.PositiveInfinity };

    /// <summary>Eigenvalues outside of the closed unit disc go to its edge.</summary>
    public static HankelRule Clip { get; } = new() { Adjust = λ => λ.Magnitude > 1 ? λ / λ.Magnitude : λ };

    /// <summary>Eigenvalues within <paramref name="tolerance"/> of 1 are 1.</summary>
    public static HankelRule Snap(double tolerance) => new() { Adjust = λ => IsNear(λ, tolerance) ? 1 : λ, LimitOnly = true };

    /// <summary>The eigenvalue to fit in place of <paramref name="λ"/>: exactly 1 for the limit's.</summary>
    public Complex Apply(Complex λ)
    {
        Complex adjusted = Adjust(λ);
        return IsNear(adjusted, Rounding) ? 1 : adjusted;
    }

    private static bool IsNear(Complex λ, double distance) => (λ - 1).Magnitude <= distance;
}
