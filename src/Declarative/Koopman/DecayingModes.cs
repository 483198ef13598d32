using System.Numerics;

namespace Declarative.Koopman;

/// <summary>A limit and modes that decay, as real functions of time with parameters that can be moved smoothly: two real rates can meet and
/// become a conjugate pair, and the other way round.</summary>
/// <remarks>
/// Two rates σ ± iω make the functions e^(σt) cos ωt and e^(σt) sin(ωt) / ω with the parameters σ and d = ω², of which the functions are
/// analytic: at d = 0 they are e^(σt) and t e^(σt), and below 0 those of the two real rates σ ± √-d. A single real rate has one function
/// and one parameter. The first function is 1, the limit.
/// </remarks>
/// <param name="pairs">How many pairs of rates.</param>
/// <param name="hasSingle">Whether there is a single real rate besides.</param>
internal sealed class DecayingModes(int pairs, bool hasSingle)
{
    /// <summary>A faster decay is over within a sample.</summary>
    private const double FastestDecay = 7;

    /// <summary>Below this |d| t², closed forms cancel and series take their place.</summary>
    private const double LargestForSeries = 1;

    /// <summary>A sin ω this small is that of an alternation, whose second function vanishes at all samples.</summary>
    private const double SmallestSine = 1e-9;

    /// <summary>The number of parameters: σ and d of each pair, then the single rate.</summary>
    public int ParameterCount => 2 * pairs + (hasSingle ? 1 : 0);

    /// <summary>The number of functions: the limit's, two of each pair, that of the single rate.</summary>
    public int Size => ParameterCount + 1;

    /// <summary>The modes of some rates per sample, and their parameters. Neighbours among the real rates become pairs.</summary>
    /// <param name="rates">Logarithms of eigenvalues, the conjugate of a pair left out, the imaginary part from 0 to π.</param>
    public static (DecayingModes Modes, double[] Parameters) Of(IReadOnlyCollection<Complex> rates)
    {
        var parameters = new List<double>();
        foreach (Complex rate in rates.Where(rate => rate.Imaginary != 0))
            parameters.AddRange([rate.Real, rate.Imaginary * rate.Imaginary]);
        double[] reals = [.. rates.Where(rate => rate.Imaginary == 0).Select(rate => rate.Real).OrderDescending()];
        for (int i = 0; i + 1 < reals.Length; i += 2)
        {
            double half = 0.5 * (reals[i] - reals[i + 1]);
            parameters.AddRange([0.5 * (reals[i] + reals[i + 1]), -half * half]);
        }
        int ofPairs = parameters.Count / 2;
        if (reals.Length % 2 == 1)
            parameters.Add(reals[^1]);
        return (new DecayingModes(ofPairs, reals.Length % 2 == 1), [.. parameters]);
    }

    /// <summary>The rates that belong to parameters, the conjugate of a pair left out.</summary>
    public IEnumerable<Complex> Rates(double[] parameters)
    {
        for (int i = 0; i < 2 * pairs; i += 2)
        {
            (double σ, double root) = (parameters[i], Math.Sqrt(Math.Abs(parameters[i + 1])));
            if (parameters[i + 1] > 0)
            {
                yield return new Complex(σ, root);
                continue;
            }
            yield return σ + root;
            yield return σ - root;
        }
        if (hasSingle)
            yield return parameters[^1];
    }

    /// <summary>The eigenvalue per sample of a rate: real for a rate of an alternation.</summary>
    public static Complex Eigenvalue(Complex rate)
    {
        double magnitude = Math.Exp(rate.Real);
        (double sine, double cosine) = Math.SinCos(rate.Imaginary);
        return Math.Abs(sine) < SmallestSine && rate.Imaginary > 1 ? -magnitude : new Complex(magnitude * cosine, magnitude * sine);
    }

    /// <summary>Moves parameters to the nearest ones whose rates have a real part of at most -<paramref name="slowest"/>, and that samples
    /// can tell: no frequency above one half.</summary>
    public void Project(double[] parameters, double slowest)
    {
        double Held(double rate) => Math.Clamp(rate, -FastestDecay, -slowest);
        for (int i = 0; i < 2 * pairs; i += 2)
        {
            ref double σ = ref parameters[i], d = ref parameters[i + 1];
            if (d > 0)
            {
                (σ, d) = (Held(σ), Math.Min(d, Math.PI * Math.PI));
                continue;
            }
            double root = Math.Sqrt(-d), slow = Held(σ + root), fast = Held(σ - root), half = 0.5 * (slow - fast);
            (σ, d) = (0.5 * (slow + fast), -half * half);
        }
        if (hasSingle)
            parameters[^1] = Held(parameters[^1]);
    }

    /// <summary>The functions at times 0 ... <paramref name="length"/> - 1, as columns.</summary>
    public double[][] Columns(double[] parameters, int length)
    {
        var columns = new double[Size][];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = new double[length];
        for (int t = 0; t < length; t++)
        {
            columns[0][t] = 1;
            for (int i = 0; i < 2 * pairs; i += 2)
                (columns[i + 1][t], columns[i + 2][t], _) = At(t, parameters[i], parameters[i + 1]);
            if (hasSingle)
                columns[^1][t] = Math.Exp(parameters[^1] * t);
        }
        return columns;
    }

    /// <summary>The derivatives by one parameter, of the functions that depend on it: columns from number First on.</summary>
    public (int First, double[][] Columns) Derivatives(double[] parameters, int parameter, int length)
    {
        if (parameter == 2 * pairs)
            return (parameter + 1, [[.. Enumerable.Range(0, length).Select(t => t * Math.Exp(parameters[parameter] * t))]]);
        int pair = parameter / 2 * 2;
        double[] first = new double[length], second = new double[length];
        for (int t = 0; t < length; t++)
        {
            (double cosine, double sine, double sineByD) = At(t, parameters[pair], parameters[pair + 1]);
            (first[t], second[t]) = parameter == pair ? (t * cosine, t * sine) : (-0.5 * t * sine, sineByD);
        }
        return (pair + 1, [first, second]);
    }

    /// <summary>e^(σt) cos √d t, e^(σt) sin(√d t) / √d, and the derivative of the latter by d.</summary>
    private static (double Cosine, double Sine, double SineByD) At(double t, double σ, double d)
    {
        double z = d * t * t;
        if (Math.Abs(z) < LargestForSeries)
        {
            double decay = Math.Exp(σ * t), cosine = 0, sine = 0, sineByZ = 0;
            double term = 1;                                    // (-z)ᵏ / (2k)!
            for (int k = 0; k < 10; k++)
            {
                cosine += term;
                sine += term / (2 * k + 1);
                double next = -term / ((2 * k + 1) * (2 * k + 2));
                sineByZ += next * (k + 1) / (2 * k + 3);
                term = next * z;
            }
            return (decay * cosine, decay * t * sine, decay * t * t * t * sineByZ);
        }
        double root = Math.Sqrt(Math.Abs(d)), even, odd;
        if (d > 0)
        {
            (double s, double c) = Math.SinCos(root * t);
            double decay = Math.Exp(σ * t);
            (even, odd) = (decay * c, decay * s / root);
        }
        else
        {
            double slow = 0.5 * Math.Exp((σ + root) * t), fast = 0.5 * Math.Exp((σ - root) * t);
            (even, odd) = (slow + fast, (slow - fast) / root);
        }
        return (even, odd, (t * even - odd) / (2 * d));
    }
}
