using System.Numerics;

namespace Declarative.Koopman;

/// <summary>The few decaying modes that describe a trajectory best, their rates by variable projection, their number by the Bayesian
/// information criterion.</summary>
internal sealed class OptimizedSpectrum
{
    /// <summary>Three pairs.</summary>
    private const int MostParameters = 6;

    private const double DelayFraction = 0.25;

    /// <summary>Mean squares of what is left: worth trying whether it can be exact; rounding.</summary>
    private const double NearlyExactVariance = 1e-8, RoundingVariance = 1e-26;

    private readonly double[][] samples;
    private readonly int length;
    private readonly Complex[] starts;

    /// <summary>Finds the modes of <paramref name="reduced"/> samples.</summary>
    public OptimizedSpectrum(ReducedTrajectory reduced)
    {
        length = reduced.Length;
        samples = Vectors.Transpose([.. Enumerable.Range(0, length).Select(t =>
            reduced.Samples.AsSpan(t * reduced.Width, reduced.Width).ToArray())]);
        var hankel = new HankelMatrix(reduced.Samples, reduced.Width, Math.Max(2, (int)Math.Round(DelayFraction * length)));
        Complex[] spectrum = DynamicModeDecomposition.Eigenvalues(hankel, AffineHankelModel.MaximumRank);
        SpectralRadius = spectrum.Select(λ => reduced.PerSample(λ).Magnitude).DefaultIfEmpty().Max();
        spectrum = [.. spectrum.Where(λ => λ.Magnitude > AffineHankelModel.SmallestEigenvalue)];
        starts = Array.ConvertAll(spectrum, Complex.Log);

        Fit? best = IsNearlyExact(spectrum) ? Best(AffineHankelModel.ExactMargin) : null;
        if (best is null || best.Point.SumOfSquares >= AffineHankelModel.ExactVariance * length * samples.Length)
            best = Best(AffineHankelModel.NoisyMargin);
        Eigenvalues = [.. best.Modes.Rates(best.Point.Parameters).Select(rate => reduced.PerSample(DecayingModes.Eigenvalue(rate)))];
        IsFound = starts.Length > 0 || best.Point.SumOfSquares < AffineHankelModel.ExactVariance * length * samples.Length;
    }

    /// <summary>The eigenvalues per sample of the original trajectory, the conjugate of a pair left out, 1 not listed.</summary>
    public Complex[] Eigenvalues { get; }

    /// <summary>The largest |λ| of the affine Hankel model that the search starts from.</summary>
    public double SpectralRadius { get; }

    /// <summary>False where something moves but the iteration for the first eigenvalues did not converge.</summary>
    public bool IsFound { get; }

    private bool IsNearlyExact(Complex[] spectrum)
    {
        Complex[] decaying = Array.ConvertAll(spectrum, λ => λ.Magnitude < 1 ? λ : λ / λ.Magnitude * (1 - AffineHankelModel.ExactMargin / length));
        return new ResidualNoise(new ScaledSamples(samples, length, samples.Length), new ModalBasis(decaying)).Variance < NearlyExactVariance;
    }

    /// <summary>Adds one mode after the other, always the one that leaves least, and fits all rates anew after each.</summary>
    private Fit Best(double margin)
    {
        double slowest = margin / length;
        List<Complex> candidates = [.. starts];
        var fits = new List<Fit> { Minimised([]) };
        while (candidates.Count > 0)
        {
            Complex[] rates = [.. fits[^1].Modes.Rates(fits[^1].Point.Parameters)];
            Complex next = candidates.MinBy(candidate => Leave([.. rates, candidate]));
            candidates.Remove(next);
            Fit fit = Minimised([.. rates, next]);
            if (fit.Modes.ParameterCount > MostParameters)
                break;
            fits.Add(fit);
            if (fit.Point.SumOfSquares < RoundingVariance * length * samples.Length)
                break;
        }
        // Autocorrelated noise is worth fewer samples: taken from the fit that leaves least, and for all alike, so that they can be compared.
        double independent = length * samples.Length / Inflation(fits.MinBy(fit => fit.Point.SumOfSquares)!.Point.Residuals);
        return fits.MinBy(fit => Criterion(fit, independent))!;

        Fit Minimised(Complex[] rates)
        {
            (DecayingModes modes, double[] parameters) = DecayingModes.Of(rates);
            return new(modes, new VariableProjection(samples, modes, slowest).Minimise(parameters));
        }

        double Leave(Complex[] rates)
        {
            (DecayingModes modes, double[] parameters) = DecayingModes.Of(rates);
            modes.Project(parameters, slowest);
            return new VariableProjection(samples, modes, slowest).At(parameters).SumOfSquares;
        }
    }

    private double Criterion(Fit fit, double independent)
    {
        double variance = Math.Max(fit.Point.SumOfSquares / ((double)length * samples.Length), RoundingVariance);
        int parameters = fit.Modes.ParameterCount + fit.Modes.Size * samples.Length;
        return independent * Math.Log(variance) + parameters * Math.Log(Math.Max(independent, 2));
    }

    private static double Inflation(double[][] residuals)
    {
        double squares = residuals.Sum(residual => Vectors.Dot(residual, residual));
        double products = residuals.Sum(residual => Vectors.Dot(residual.AsSpan(1), residual));
        return ResidualNoise.InflationOf(squares, products);
    }

    private sealed record Fit(DecayingModes Modes, VariableProjection.Point Point);
}
