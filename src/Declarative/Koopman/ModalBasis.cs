using System.Numerics;

namespace Declarative.Koopman;

/// <summary>The real functions of time that a linear system with given eigenvalues can show: 1 (the limit), λᵗ for a real eigenvalue,
/// rᵗcos ωt and rᵗ sin ωt / sin ω for a conjugate pair; and, where two eigenvalues (nearly) coincide, a divided difference in place of
/// the second.</summary>
/// <remarks>
/// Hypergradients with respect to learning rate and momentum contain t λᵗ by construction. Rounding splits such a double eigenvalue
/// into two close reals or a pair of tiny ω; both sin ωt / sin ω and the divided difference (λ₁ᵗ - λ₂ᵗ) / (λ₁ - λ₂) =
/// cᵗ⁻¹ sinh td / sinh d, with c = √(λ₁λ₂) and d = ½ ln(λ₁/λ₂), tend to t λᵗ⁻¹ without cancellation, so the basis stays well
/// conditioned (confluent Prony: Fermo, van der Mee, Seatzu 2013).
/// </remarks>
internal sealed class ModalBasis
{
    /// <summary>Closer eigenvalues than this share a divided difference.</summary>
    private const double ConfluenceGap = 1e-3;

    private readonly List<Mode> modes = [];

    /// <param name="eigenvalues">Eigenvalues per sample inside the open unit disc and not 0, the conjugate of a pair left out.</param>
    public ModalBasis(IEnumerable<Complex> eigenvalues)
    {
        List<Complex> rest = [.. eigenvalues.OrderByDescending(λ => λ.Magnitude)];
        Size = 1;
        while (rest.Count > 0)
        {
            Complex λ = rest[0];
            rest.RemoveAt(0);
            modes.Add(new Mode(λ, null));
            int partner = rest.FindIndex(other => (other.Imaginary == 0) == (λ.Imaginary == 0) && (other - λ).Magnitude < ConfluenceGap);
            if (partner >= 0)
            {
                modes.Add(new Mode(λ, rest[partner]));
                rest.RemoveAt(partner);
            }
        }
        Size += modes.Sum(mode => mode.IsReal ? 1 : 2);
    }

    /// <summary>The number of functions, the constant included.</summary>
    public int Size { get; }

    /// <summary>The values of all functions at time <paramref name="t"/>, the constant first.</summary>
    /// <param name="t">In samples from the first one; positive infinity for the limit, where all but the constant vanish.</param>
    /// <param name="row">Receives <see cref="Size"/> numbers.</param>
    public void Evaluate(double t, Span<double> row)
    {
        row[0] = 1;
        int i = 1;
        foreach (Mode mode in modes)
        {
            Complex value = mode.At(t);
            row[i++] = value.Real;
            if (!mode.IsReal)
                row[i++] = value.Imaginary;
        }
    }

    /// <summary>What the functions say of each mode's size at a time.</summary>
    /// <param name="t">The time.</param>
    /// <param name="first">The number of the first function but the constant among those of a model.</param>
    /// <param name="length">The number of samples: no |sin ωt / sin ω| of them reaches it, however small ω is.</param>
    public IEnumerable<ModeContents> Contents(double t, int first, int length)
    {
        foreach (Mode mode in modes)
        {
            yield return new ModeContents(mode.Eigenvalue, first, mode.IsReal, mode.SizeAt(t), Math.Min(1 / Math.Abs(mode.SineOfAngle), length - 1));
            first += mode.IsReal ? 1 : 2;
        }
    }

    /// <summary>The values at times 0 ... <paramref name="length"/> - 1 as columns, one per function.</summary>
    public double[][] Columns(int length)
    {
        var rows = new double[length][];
        for (int t = 0; t < length; t++)
            Evaluate(t, rows[t] = new double[Size]);
        return Vectors.Transpose(rows);
    }

    /// <summary>One or two functions: the real and, unless the eigenvalue is real, the scaled imaginary part of λᵗ, or of a divided
    /// difference of two eigenvalues.</summary>
    private readonly struct Mode
    {
        private readonly bool alternates;
        private readonly double logarithm, angle;
        private readonly bool isDifference;
        private readonly Complex halfRatio, gap;

        public Mode(Complex λ, Complex? second)
        {
            // λᵗ = (-1)ᵗ (-λ)ᵗ: working in the right half plane keeps sin ω away from 0 at ω near π, and t may be any real number.
            alternates = λ.Real < 0;
            IsReal = λ.Imaginary == 0;
            Complex first = Reflect(λ);
            logarithm = Math.Log(first.Magnitude);
            angle = first.Phase;
            SineOfAngle = Math.Sin(angle);
            Eigenvalue = second ?? λ;
            if (second is { } other)
            {
                isDifference = true;
                other = Reflect(other);
                gap = first - other;
                halfRatio = new Complex(0.5 * Math.Log(first.Magnitude / other.Magnitude), 0.5 * (first.Phase - other.Phase));
            }
        }

        public bool IsReal { get; }

        /// <summary>The eigenvalue; of a difference the second one, as the first has a mode of its own.</summary>
        public Complex Eigenvalue { get; }

        /// <summary>sin ω, 0 for a real eigenvalue.</summary>
        public double SineOfAngle { get; }

        /// <summary>The length of the complex function whose parts the mode's functions are.</summary>
        public double SizeAt(double t) => (isDifference ? Difference(t) : Power(t, 0)).Magnitude;

        public Complex At(double t)
        {
            if (double.IsPositiveInfinity(t))
                return 0;
            Complex value = isDifference ? Difference(t) : Power(t, 0);
            if (alternates)
                value *= Math.Cos(Math.PI * Math.IEEERemainder(t, 2));
            return IsReal ? value : new Complex(value.Real, value.Imaginary / SineOfAngle);
        }

        /// <summary>(λe^(-shift))ᵗ.</summary>
        private Complex Power(double t, Complex shift)
        {
            double magnitude = Math.Exp(t * (logarithm - shift.Real));
            if (IsReal || magnitude == 0)
                return magnitude;
            (double sine, double cosine) = Math.SinCos(t * (angle - shift.Imaginary));
            return new Complex(magnitude * cosine, magnitude * sine);
        }

        private Complex Difference(double t)
        {
            if (t * halfRatio.Magnitude > 1)
                return (Power(t, 0) - Power(t, 2 * halfRatio)) / gap;
            Complex growth = halfRatio == 0 ? t : Complex.Sinh(t * halfRatio) / Complex.Sinh(halfRatio);
            return Power(t - 1, halfRatio) * growth;
        }

        private Complex Reflect(Complex λ) => alternates ? new Complex(-λ.Real, λ.Imaginary) : λ;
    }
}
