namespace Declarative.Koopman;

/// <summary>An affine Hankel model at one time: the weights of the samples in the fit of each delay, whose median is the value.</summary>
internal sealed class Forecast
{
    private readonly IReadOnlyList<AmplitudeFit> fits;
    private readonly double[][] weights;
    private readonly double[] leverages;
    private double[] products = [];

    /// <param name="fits">The fits, one for each delay.</param>
    /// <param name="time">The time wanted, or infinity.</param>
    public Forecast(IReadOnlyList<AmplitudeFit> fits, double time)
    {
        this.fits = fits;
        weights = [.. fits.Select(fit => fit.Weights(time))];
        leverages = [.. fits.Select(fit => fit.Leverage(time))];
    }

    /// <summary>The value of each coordinate within its bound, and its standard error √(fit variance + variance over delays), in its own
    /// units.</summary>
    /// <param name="samples">Coordinates of the trajectory that the fits are of.</param>
    /// <param name="values">Receives a number per coordinate.</param>
    /// <param name="errors">The same.</param>
    public void Values(ScaledTrajectory samples, Span<double> values, Span<double> errors)
    {
        int delays = weights.Length;
        if (products.Length < values.Length * delays)
            products = new double[values.Length * delays];
        InnerProducts.Compute(samples.Columns, weights, products);
        double[][] variances = [.. fits.Select(fit => fit.Noise.VariancesOf(samples))];
        Span<double> ofDelays = stackalloc double[delays];
        for (int j = 0; j < values.Length; j++)
        {
            for (int i = 0; i < delays; i++)
                ofDelays[i] = samples.Bound(j, products[j * delays + i]);
            double spread = Variance(ofDelays);
            values[j] = samples.Unscale(j, Vectors.MedianInPlace(ofDelays));
            for (int i = 0; i < delays; i++)
                ofDelays[i] = variances[i][j] * leverages[i];
            errors[j] = samples.Unscale(j, Math.Sqrt(Vectors.MedianInPlace(ofDelays) + spread));
        }
    }

    /// <summary>The medians over delays of values that are already at hand, each within its bound, in the coordinates' own units.</summary>
    /// <param name="samples">The coordinates.</param>
    /// <param name="ofDelays">The scaled values [delay][coordinate].</param>
    /// <param name="values">Receives a number per coordinate.</param>
    public static void Medians(ScaledTrajectory samples, double[][] ofDelays, Span<double> values)
    {
        Span<double> bounded = stackalloc double[ofDelays.Length];
        for (int j = 0; j < samples.Columns.Length; j++)
        {
            for (int i = 0; i < bounded.Length; i++)
                bounded[i] = samples.Bound(j, ofDelays[i][j]);
            values[j] = samples.Unscale(j, Vectors.MedianInPlace(bounded));
        }
    }

    private static double Variance(ReadOnlySpan<double> values)
    {
        double mean = 0, variance = 0;
        foreach (double value in values)
            mean += value / values.Length;
        foreach (double value in values)
            variance += (value - mean) * (value - mean) / values.Length;
        return variance;
    }
}
