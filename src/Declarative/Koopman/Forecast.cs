namespace Declarative.Koopman;

/// <summary>An affine Hankel model of some coordinates: the fits of all delays, and their median.</summary>
/// <param name="samples">The coordinates.</param>
/// <param name="fits">Their fits, one for each delay.</param>
internal sealed class Forecast(ScaledTrajectory samples, AmplitudeFit[] fits)
{
    /// <summary>The value of each coordinate within its bound, in its own units.</summary>
    /// <param name="functions">The functions of each fit at the time wanted.</param>
    /// <param name="values">Receives a number per coordinate.</param>
    public void Values(double[][] functions, Span<double> values)
    {
        Span<double> ofDelays = stackalloc double[fits.Length];
        for (int j = 0; j < values.Length; j++)
        {
            Evaluate(j, functions, ofDelays);
            values[j] = samples.Unscale(j, Vectors.MedianInPlace(ofDelays));
        }
    }

    /// <summary>The standard error of each coordinate: √(fit variance + variance over delays), in its own units.</summary>
    /// <param name="functions">The functions of each fit at the time wanted.</param>
    /// <param name="errors">Receives a number per coordinate.</param>
    public void StandardErrors(double[][] functions, Span<double> errors)
    {
        double[][] variances = [.. fits.Select((fit, i) => fit.Variances(functions[i]))];
        Span<double> ofDelays = stackalloc double[fits.Length];
        for (int j = 0; j < errors.Length; j++)
        {
            Evaluate(j, functions, ofDelays);
            double mean = 0, spread = 0;
            foreach (double value in ofDelays)
                mean += value / ofDelays.Length;
            foreach (double value in ofDelays)
                spread += (value - mean) * (value - mean) / ofDelays.Length;
            for (int i = 0; i < ofDelays.Length; i++)
                ofDelays[i] = variances[i][j];
            errors[j] = samples.Unscale(j, Math.Sqrt(Vectors.MedianInPlace(ofDelays) + spread));
        }
    }

    private void Evaluate(int coordinate, double[][] functions, Span<double> ofDelays)
    {
        for (int i = 0; i < ofDelays.Length; i++)
            ofDelays[i] = samples.Bound(coordinate, fits[i].Value(coordinate, functions[i]));
    }
}
