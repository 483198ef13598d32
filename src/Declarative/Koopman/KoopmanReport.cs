using System.Globalization;
using System.Text;

namespace Declarative.Koopman;

/// <summary>How a hypergradient evolves, as a model of its trajectory has it: modes, the limit behind them, and how much they leave.</summary>
public sealed record KoopmanReport
{
    private readonly IReadOnlyList<KoopmanMode> modes = [];
    private readonly double stride = 1;

    /// <summary>The modes, slowest decay first. Eigenvalues that repeat are a pair of a very long period, or two modes of which
    /// the second is a multiple of t λᵗ.</summary>
    public required IReadOnlyList<KoopmanMode> Modes
    {
        get => [.. modes.Select(mode => mode with { Stride = stride })];
        init => modes = value;
    }

    /// <summary>The limit of each coordinate [q] that the modes lead to, zeros where the model has none. Empty for more than 1,000
    /// coordinates.</summary>
    public required double[] Limit { get; init; }

    /// <summary>The largest |λ| as found, before eigenvalues were moved into the unit disc.</summary>
    public required double SpectralRadius { get; init; }

    /// <summary>The root mean square of what the modes leave of the samples when fitted by least squares, each coordinate relative to its own
    /// root mean square: 0 for an exact fit, near 1 for none.</summary>
    public required double Residual { get; init; }

    /// <summary>Steps from one sample to the next, in which growth rates, half-lives and periods of <see cref="Modes"/> are told; 1 by default,
    /// as an estimator does not know it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or not finite.</exception>
    public double Stride
    {
        get => stride;
        init => stride = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The stride is a positive number of steps.");
    }

    /// <summary>The same model with its numbers per coordinate at the places of a longer series of coordinates; without them where that is too long.</summary>
    /// <param name="count">The length of the series.</param>
    /// <param name="spread">Puts numbers at their places.</param>
    internal KoopmanReport Spread(int count, Func<double[], double[]> spread)
    {
        return this with { Modes = [.. modes.Select(mode => mode with { Amplitudes = Spread(mode.Amplitudes) })], Limit = Spread(Limit) };

        double[] Spread(double[] numbers) => numbers.Length == 0 || count > ModeContents.MostCoordinates ? [] : spread(numbers);
    }

    /// <summary>A table of the modes, each with its largest amplitude, and what else is known.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{"eigenvalue",-22} {"rate/step",10} {"half-life",10} {"period",10}  largest amplitude");
        foreach (KoopmanMode mode in Modes)
        {
            string imaginary = mode.Eigenvalue.Imaginary == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {mode.Eigenvalue.Imaginary:0.000000}i");
            string eigenvalue = string.Create(CultureInfo.InvariantCulture, $"{mode.Eigenvalue.Real:0.000000}{imaginary}");
            Line($"{eigenvalue,-22} {mode.GrowthRate,10:0.0000} {Steps(mode.HalfLife),10} {Steps(mode.Period),10}  {Largest(mode.Amplitudes)}");
        }
        Line($"{"1 (limit)",-22} {0,10:0.0000} {"-",10} {"-",10}  {Largest(Limit)}");
        Line($"raw spectral radius {SpectralRadius:0.0000}, residual {100 * Residual:0.0###} %, {Stride:0.###} step{(Stride == 1 ? "" : "s")} a sample");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Steps(double steps) => double.IsFinite(steps) ? steps.ToString("0.0", CultureInfo.InvariantCulture) : "-";

    private static string Largest(double[] sizes)
    {
        if (sizes.Length == 0)
            return "not told";
        int largest = sizes.Index().MaxBy(size => double.IsNaN(size.Item) ? -1 : Math.Abs(size.Item)).Index;
        return string.Create(CultureInfo.InvariantCulture, $"{sizes[largest]:0.000e+00} (coordinate {largest})");
    }
}
