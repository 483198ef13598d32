using System.Numerics;

namespace Declarative.Koopman;

/// <summary>A plain (not centred) Hankel model of a trajectory: eigenvalues of one delay, treated by a rule, with amplitudes by least squares.</summary>
/// <remarks>
/// With a third of the samples for a delay, the windows' map has the eigenvalues λ, the limit's among them only if the samples show it as 1.
/// The amplitudes of λᵗ (t λᵗ where eigenvalues repeat) fit all samples (Prony's method), so the model's value at any time is a combination
/// of the samples, with weights that are the same for all coordinates.
/// </remarks>
internal sealed class HankelModel
{
    private const int MinimumLength = 8;
    private const int MaximumRank = 20;

    /// <summary>Modes that are gone, or come up, within a single sample take no part.</summary>
    private const double SmallestEigenvalue = 1e-3, LargestEigenvalue = 1e12;

    /// <summary>Beyond this a growing mode is past all numbers a sample can have, whatever its amplitude.</summary>
    private const double LargestGrowth = 1e200;

    /// <summary>A time in place of infinity for modes that grow, where all have reached <see cref="LargestGrowth"/>.</summary>
    private const double LatestTime = 1e15;

    private readonly int length;
    private readonly bool hasLimit;
    private readonly ModalBasis decaying, growing;
    private readonly double[] norms;
    private readonly PivotedQr qr;

    /// <param name="eigenvalues">At least one eigenvalue, the conjugate of a pair left out, the limit's exactly 1.</param>
    /// <param name="length">The number of samples m.</param>
    private HankelModel(Complex[] eigenvalues, int length)
    {
        this.length = length;
        hasLimit = eigenvalues.Contains(1);
        decaying = new ModalBasis(eigenvalues.Where(λ => λ != 1 && λ.Magnitude <= 1));
        growing = new ModalBasis(eigenvalues.Where(λ => λ.Magnitude > 1).Select(λ => 1 / λ));
        double[][] columns = Vectors.Transpose([.. Enumerable.Range(0, length).Select(t => Functions(t))]);
        norms = Array.ConvertAll(columns, column => Vectors.Norm(column));
        for (int i = 0; i < columns.Length; i++)
            Vectors.Scale(columns[i], 1 / norms[i]);
        qr = new PivotedQr(columns, AmplitudeFit.RankTolerance);
    }

    /// <summary>The whole of a Hankel estimator.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="trajectory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or no number.</exception>
    public static HypergradientEstimate Estimate(Trajectory trajectory, double horizon, HankelRule rule)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        if (!(horizon >= 0))
            throw new ArgumentOutOfRangeException(nameof(horizon), horizon, "The horizon is a time in samples, or infinity.");
        Trajectory usable = trajectory.Usable();
        if (usable.Length < MinimumLength)
            return TailMeanEstimator.TooShort(trajectory, MinimumLength);

        var reduced = ReducedTrajectory.Of(usable);
        if (Array.TrueForAll(reduced.Samples, sample => sample == 0))
            return new HypergradientEstimate { Value = new double[usable.Width], SpectralRadius = 0 };
        var hankel = new HankelMatrix(reduced.Samples, reduced.Width, (int)Math.Round(reduced.Length / 3.0), centred: false);
        Complex[] spectrum = Array.ConvertAll(DynamicModeDecomposition.Eigenvalues(hankel, MaximumRank, rule.Method), reduced.PerSample);
        double radius = spectrum.Select(λ => λ.Magnitude).DefaultIfEmpty().Max();
        Complex[] eigenvalues = [.. spectrum.Where(λ => λ.Magnitude is > SmallestEigenvalue and < LargestEigenvalue).Select(rule.Apply)];
        if (eigenvalues.Length == 0 || (rule.LimitOnly && !eigenvalues.Contains(1)))
        {
            return new HypergradientEstimate
            {
                Value = usable.TailMean(),
                SpectralRadius = radius,
                Failure = eigenvalues.Length == 0 ? "No eigenvalue was found." : "No eigenvalue is near enough to 1.",
            };
        }

        double[] weights = new HankelModel(eigenvalues, usable.Length).Weights(horizon, rule.LimitOnly);
        return new HypergradientEstimate
        {
            Value = SampleCombination.Of(usable, weights, rule.BoundFactor),
            SpectralRadius = radius,
            Eigenvalues = [.. eigenvalues.Where(λ => λ != 1)],
        };
    }

    /// <summary>The weights [m] of the samples in the model's value at time <paramref name="t"/>, or in its limit alone.</summary>
    private double[] Weights(double t, bool limitOnly)
    {
        var weights = new double[length];
        double[] functions = Functions(t);
        if (limitOnly)
            Array.Clear(functions, 1, functions.Length - 1);
        for (int i = 0; i < functions.Length; i++)
            functions[i] /= norms[i];
        Span<double> projections = stackalloc double[qr.Rank];
        var amplitudes = new double[functions.Length];
        for (int s = 0; s < length; s++)
        {
            for (int i = 0; i < projections.Length; i++)
                projections[i] = qr.Basis[i][s];
            qr.Solve(projections, amplitudes);
            weights[s] = Vectors.Dot(functions, amplitudes);
        }
        return weights;
    }

    /// <summary>The values of all modes at a time: the limit if there is one, what decays, and what grows, which is counted back from the
    /// last sample so that no sample overflows. At infinity, oscillations that neither grow nor decay count with their mean, 0.</summary>
    private double[] Functions(double t)
    {
        double[] decays = new double[decaying.Size], growths = new double[growing.Size];
        decaying.Evaluate(t, decays);
        growing.Evaluate(length - 1 - Math.Min(t, LatestTime), growths);
        double[] limit = hasLimit ? [1] : [];
        return [.. limit, .. decays.Skip(1), .. growths.Skip(1).Select(Held)];
    }

    private static double Held(double growth) => double.IsNaN(growth) ? 0 : Math.Clamp(growth, -LargestGrowth, LargestGrowth);
}
