using System.Numerics;

namespace Declarative.Koopman;

/// <summary>Modes of known eigenvalues, with amplitudes by least squares over all samples of a trajectory (Prony's method).</summary>
/// <remarks>The model's value at any time is a combination of the samples, with weights that are the same for all coordinates.</remarks>
internal sealed class ModalModel : ITrajectoryModel
{
    /// <summary>Beyond this a growing mode is past all numbers a sample can have, whatever its amplitude.</summary>
    private const double LargestGrowth = 1e200;

    /// <summary>A time in place of infinity for modes that grow, where all have reached <see cref="LargestGrowth"/>.</summary>
    private const double LatestTime = 1e15;

    /// <summary>The length of weights that would make a standard error no number.</summary>
    private const double LargestLength = 1e300;

    private readonly Trajectory trajectory;
    private readonly int length;
    private readonly bool hasLimit, limitOnly;
    private readonly ModalBasis decaying, growing;
    private readonly double[] norms;
    private readonly PivotedQr qr;
    private readonly SampleCombination combination;

    /// <param name="trajectory">Finite samples.</param>
    /// <param name="eigenvalues">At least one eigenvalue per sample, the conjugate of a pair left out, the limit's exactly 1.</param>
    /// <param name="boundFactor">Values are held within this many times the largest |sample| of their coordinate.</param>
    /// <param name="limitOnly">Whether the limit alone is extrapolated, and the other modes only fitted.</param>
    public ModalModel(Trajectory trajectory, Complex[] eigenvalues, double boundFactor, bool limitOnly = false)
    {
        this.trajectory = trajectory;
        this.limitOnly = limitOnly;
        length = trajectory.Length;
        hasLimit = eigenvalues.Contains(1);
        decaying = new ModalBasis(eigenvalues.Where(λ => λ != 1 && λ.Magnitude <= 1));
        growing = new ModalBasis(eigenvalues.Where(λ => λ.Magnitude > 1).Select(λ => 1 / λ));
        double[][] columns = Vectors.Transpose([.. Enumerable.Range(0, length).Select(t => Functions(t))]);
        norms = Array.ConvertAll(columns, column => Vectors.Norm(column));
        for (int i = 0; i < columns.Length; i++)
            Vectors.Scale(columns[i], 1 / norms[i]);
        qr = new PivotedQr(columns, AmplitudeFit.RankTolerance);
        combination = new SampleCombination(trajectory, Weights, boundFactor);
    }

    /// <inheritdoc/>
    public void Evaluate(double[] times, Action<CoordinateBlock, double[][]> receive) => combination.Evaluate(times, receive);

    /// <summary>The estimate that the model makes.</summary>
    /// <param name="horizon">The time wanted.</param>
    /// <param name="samples">The trajectory's samples, scaled.</param>
    /// <param name="eigenvalues">Those to report: without the limit's.</param>
    /// <param name="spectralRadius">The raw spectral radius.</param>
    /// <param name="backtest">How such models did on beginnings of the trajectory.</param>
    public HypergradientEstimate Estimate(double horizon, ScaledSamples samples, Complex[] eigenvalues, double spectralRadius, Backtest backtest)
    {
        var noise = new ResidualNoise(samples, qr, norms.Length);
        return new HypergradientEstimate
        {
            Value = this.At(horizon, trajectory.Width),
            StandardError = StandardErrors(horizon, noise),
            BacktestSkill = backtest.Skill,
            CoordinateSkills = backtest.CoordinateSkills,
            SpectralRadius = spectralRadius,
            Eigenvalues = eigenvalues,
            Koopman = Report(spectralRadius, noise),
        };
    }

    /// <summary>The standard error of each coordinate [q] at a time, for amplitudes from samples with such noise; the eigenvalues are taken
    /// for known.</summary>
    private double[] StandardErrors(double t, ResidualNoise noise)
    {
        // The weights' square length is the leverage bᵀ(PᵀP)⁻¹b of the functions b at that time.
        double leverage = Math.Min(Vectors.Norm(Weights(t)), LargestLength) * Math.Sqrt(noise.Inflation);
        var errors = new double[trajectory.Width];
        foreach (CoordinateBlock block in CoordinateBlock.Of(errors.Length))
        {
            var scaled = new ScaledTrajectory(trajectory, block, boundFactor: 1);
            double[] variances = noise.VariancesOf(scaled);
            for (int j = 0; j < block.Count; j++)
                errors[block.First + j] = scaled.Unscale(j, Math.Sqrt(variances[j]) * leverage);
        }
        return errors;
    }

    /// <summary>The report on the modes.</summary>
    /// <param name="spectralRadius">The raw spectral radius.</param>
    /// <param name="noise">What the modes leave.</param>
    private KoopmanReport Report(double spectralRadius, ResidualNoise noise)
    {
        // Growing modes are counted back from the last sample, by inverse eigenvalues.
        int first = hasLimit ? 1 : 0;
        IEnumerable<ModeContents> decay = decaying.Contents(length - 1, first, length);
        IEnumerable<ModeContents> growth = growing.Contents(0, first + decaying.Size - 1, length)
            .Select(mode => mode with { Eigenvalue = 1 / mode.Eigenvalue });
        return ModeContents.Report(trajectory, [.. decay, .. growth], first - 1, column => qr.SolveNormalised(column, norms), spectralRadius, noise);
    }

    /// <summary>The weights [m] of the samples in the model's value at time <paramref name="t"/>, or in its limit alone.</summary>
    private double[] Weights(double t)
    {
        var weights = new double[length];
        double[] functions = Functions(t);
        if (limitOnly)
            Array.Clear(functions, 1, functions.Length - 1);
        for (int i = 0; i < functions.Length; i++)
            functions[i] /= norms[i];
        // Of w = Q R⁻ᵀ b, one column of Q after the other.
        double[] coefficients = qr.SolveTransposed(functions);
        for (int i = 0; i < coefficients.Length; i++)
            Vectors.AddScaled(weights, coefficients[i], qr.Basis[i]);
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
