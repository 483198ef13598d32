using System.Numerics;

namespace Declarative.Koopman;

/// <summary>An affine Hankel model of a trajectory: one fit for each of five delays, whose median is the model's value.</summary>
internal sealed class AffineHankelModel : ITrajectoryModel
{
    /// <summary>The delays n, as fractions of the trajectory's length.</summary>
    private static readonly double[] DelayFractions = [0.15, 0.2, 0.25, 0.3, 0.4];

    /// <summary>The most eigenvalues that are looked for, and the smallest that take part: faster modes are gone within a sample.</summary>
    public const int MaximumRank = 20;
    public const double SmallestEigenvalue = 1e-3;

    private const double BoundFactor = 2;

    /// <summary>How near to 1 (δ in |λ| ≤ 1 - δ/m) eigenvalues may come if the fit is exact, and if it is not: under noise, rates below
    /// one per trajectory cannot be told from the limit, and extrapolating them is the one dangerous thing left.</summary>
    public const double ExactMargin = 0.1, NoisyMargin = 1;

    /// <summary>The residual variance, in scaled units, from which on a fit is not exact.</summary>
    public const double ExactVariance = 1e-10;

    private readonly Trajectory trajectory;
    private readonly ScaledSamples samples;
    private readonly List<AmplitudeFit> fits = [];

    /// <summary>Fits the model.</summary>
    /// <param name="trajectory">At least <see cref="MinimumLength"/> finite samples.</param>
    public AffineHankelModel(Trajectory trajectory)
    {
        this.trajectory = trajectory;
        samples = ScaledSamples.Of(trajectory);
        var reduced = new ReducedTrajectory(samples);
        var radii = new double[DelayFractions.Length];
        for (int i = 0; i < radii.Length; i++)
        {
            int delays = Math.Max(2, (int)Math.Round(DelayFractions[i] * reduced.Length));
            var hankel = new HankelMatrix(reduced.Samples, reduced.Width, delays);
            Complex[] spectrum = DynamicModeDecomposition.Eigenvalues(hankel, MaximumRank);
            spectrum = Array.ConvertAll(spectrum, reduced.PerSample);
            radii[i] = spectrum.Select(λ => λ.Magnitude).DefaultIfEmpty().Max();
            Complex[] eigenvalues = AddFit(spectrum);
            if (i == radii.Length / 2)
                Eigenvalues = eigenvalues;
        }
        SpectralRadius = Vectors.MedianInPlace(radii);
    }

    /// <summary>The fewest samples that can be modelled.</summary>
    public static int MinimumLength => 8;

    /// <summary>The eigenvalues of the middle delay inside the unit disc, as fitted; the conjugate of a pair left out.</summary>
    public IReadOnlyList<Complex> Eigenvalues { get; } = [];

    /// <summary>The largest |λ| as found, before projection into the disc: the median over the delays; 0 where nothing moves.</summary>
    public double SpectralRadius { get; }

    /// <inheritdoc/>
    public void Evaluate(double[] times, Action<CoordinateBlock, double[][]> receive)
    {
        double[][][] weights = [.. fits.Select(fit => Array.ConvertAll(times, fit.ProjectionWeights))];
        double[][] values = TrajectoryModels.BlockValues(times.Length, trajectory.Width);
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
        {
            var samples = new ScaledTrajectory(trajectory, block, BoundFactor);
            double[][] projections = [.. fits.Select(fit => Projections(fit, samples))];
            for (int i = 0; i < times.Length; i++)
                Forecast.Medians(samples, [.. fits.Select((_, delay) => Combined(weights[delay][i], projections[delay], block.Count))], values[i]);
            receive(block, values);
        }
    }

    /// <summary>The value of every coordinate [q] at time <paramref name="t"/>, within twice its largest |sample|, and its standard error.</summary>
    public (double[] Values, double[] StandardErrors) Predict(double t)
    {
        var forecast = new Forecast(fits, t);
        double[] values = new double[trajectory.Width], errors = new double[trajectory.Width];
        foreach (CoordinateBlock block in CoordinateBlock.Of(trajectory.Width))
        {
            var samples = new ScaledTrajectory(trajectory, block, BoundFactor);
            forecast.Values(samples, values.AsSpan(block.First, block.Count), errors.AsSpan(block.First, block.Count));
        }
        return (values, errors);
    }

    /// <summary>The report on the modes of the middle delay, of which <see cref="Eigenvalues"/> are.</summary>
    public KoopmanReport Report() => fits[fits.Count / 2].Report(trajectory, SpectralRadius);

    /// <summary>The projections of each coordinate on the directions of a fit, row-major [rank, coordinates].</summary>
    private static double[] Projections(AmplitudeFit fit, ScaledTrajectory samples)
    {
        var projections = new double[fit.Directions.Count * samples.Columns.Length];
        InnerProducts.Compute([.. fit.Directions], samples.Columns, projections);
        return projections;
    }

    private static double[] Combined(double[] weights, double[] projections, int count)
    {
        var values = new double[count];
        for (int i = 0; i < weights.Length; i++)
            Vectors.AddScaled(values, weights[i], projections.AsSpan(i * count, count));
        return values;
    }

    /// <summary>Fits amplitudes to the projected eigenvalues, nearer to 1 if that is exact: only the least squares are repeated.</summary>
    private Complex[] AddFit(Complex[] spectrum)
    {
        Complex[] eigenvalues = Project(spectrum, ExactMargin);
        var basis = new ModalBasis(eigenvalues);
        var noise = new ResidualNoise(samples, basis);
        if (noise.Variance >= ExactVariance && eigenvalues.Any(λ => λ.Magnitude > 1 - NoisyMargin / samples.Length))
        {
            eigenvalues = Project(spectrum, NoisyMargin);
            basis = new ModalBasis(eigenvalues);
            noise = new ResidualNoise(samples, basis);
        }
        fits.Add(new AmplitudeFit(samples, basis, noise));
        return eigenvalues;
    }

    private Complex[] Project(Complex[] spectrum, double margin)
    {
        double limit = 1 - margin / samples.Length;
        return [.. spectrum.Where(λ => λ.Magnitude > SmallestEigenvalue).Select(λ => λ.Magnitude > limit ? λ * (limit / λ.Magnitude) : λ)];
    }
}
