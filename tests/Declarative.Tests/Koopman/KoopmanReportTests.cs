using System.Numerics;
using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>The report's numbers against those of modes that are known.</summary>
public class KoopmanReportTests
{
    private const int Length = 60, Last = Length - 1;

    public static TheoryData<string> WithSpectrum => ["AHD", "HDMD", "clipped HDMD", "snapped HDMD", "TLS-HDMD", "FB-HDMD", "optimised DMD"];

    [Theory]
    [MemberData(nameof(WithSpectrum))]
    public void KnownModesAreReported(string name)
    {
        HypergradientEstimate estimate = Estimators.Named(name).Estimate(Trajectories.Of(Length,
            t => 100 + 50 * Math.Pow(0.9, t) - 300 * Math.Pow(0.96, t) * Math.Cos(0.25 * t + 1),
            t => -0.5 + 0.02 * Math.Pow(0.96, t) * Math.Sin(0.25 * t),
            t => 0.3 * Math.Pow(0.9, t)), 100);
        KoopmanReport report = estimate.Koopman!;
        Assert.Equal(estimate.SpectralRadius, report.SpectralRadius);
        Assert.InRange(report.Residual, 0, 1e-8);
        Near([100, -0.5, 0], report.Limit, 1e-6);
        Assert.Equal(2, report.Modes.Count);

        KoopmanMode turning = report.Modes[0], decaying = report.Modes[1];
        Assert.InRange((turning.Eigenvalue - Complex.FromPolarCoordinates(0.96, 0.25)).Magnitude, 0, 1e-7);
        Assert.Equal(Math.Log(0.96), turning.GrowthRate, 1e-7);
        Assert.Equal(Math.Log(2) / -Math.Log(0.96), turning.HalfLife, 1e-4);
        Assert.Equal(2 * Math.PI / 0.25, turning.Period, 1e-5);
        Near([300 * Math.Pow(0.96, Last), 0.02 * Math.Pow(0.96, Last), 0], turning.Amplitudes, 1e-5);
        Assert.Equal(Math.Log(2) / -Math.Log(0.9), decaying.HalfLife, 1e-5);
        Assert.Equal(double.PositiveInfinity, decaying.Period);
        Near([50 * Math.Pow(0.9, Last), 0, 0.3 * Math.Pow(0.9, Last)], decaying.Amplitudes, 1e-5);
    }

    [Fact]
    public void StepsAreCountedByTheStride()
    {
        KoopmanReport report = new AffineHankelEstimator().Estimate(Trajectories.Of(Length, t => 1 + Math.Pow(-0.5, (int)t)), 100).Koopman!;
        KoopmanMode perSample = Assert.Single(report.Modes), perStep = Assert.Single((report with { Stride = 5 }).Modes);
        Assert.Equal((1.0, 2.0), (perSample.HalfLife, perSample.Period), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-8);
        Assert.Equal((5.0, 10.0), (perStep.HalfLife, perStep.Period), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-8);
        Assert.Equal(perSample.GrowthRate / 5, perStep.GrowthRate, 1e-12);
        Assert.Equal(perSample.Eigenvalue, perStep.Eigenvalue);
        foreach (double none in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => report with { Stride = none });
    }

    [Fact]
    public void GrowthHasItsSizeAtTheEndAndNoHalfLife()
    {
        KoopmanReport report = new HankelEstimator().Estimate(Trajectories.Of(40,
            t => 2 + 0.1 * Math.Pow(1.05, t), t => 3 * Math.Pow(1.02, t) * Math.Cos(0.5 * t)), 100).Koopman!;
        Assert.Equal(2, report.Modes.Count);
        Assert.Equal(double.PositiveInfinity, report.Modes[0].HalfLife);
        Assert.Equal(Math.Log(1.05), report.Modes[0].GrowthRate, 1e-8);
        Near([0.1 * Math.Pow(1.05, 39), 0], report.Modes[0].Amplitudes, 1e-6);
        Assert.InRange((report.Modes[1].Eigenvalue - Complex.FromPolarCoordinates(1.02, 0.5)).Magnitude, 0, 1e-8);
        Near([0, 3 * Math.Pow(1.02, 39)], report.Modes[1].Amplitudes, 1e-6);
    }

    [Fact]
    public void ADoubleEigenvalueHasTheSizeOfWhatGrowsBeforeItDecays()
    {
        KoopmanReport report = new AffineHankelEstimator().Estimate(Trajectories.Of(40, t => 1 + 5 * t * Math.Pow(0.8, t)), 100).Koopman!;
        double total = report.Modes.Sum(mode => mode.Amplitudes[0]);
        Assert.Equal(5 * 39 * Math.Pow(0.8, 39), total, 1e-2 * total);
        Assert.All(report.Modes, mode => Assert.InRange((mode.Eigenvalue - 0.8).Magnitude, 0, 1e-4));
    }

    [Fact]
    public void TheResidualIsThePartOfTheNoise()
    {
        Trajectory noisy = Trajectories.Of(200, t => 5 + Math.Pow(0.9, t)).WithNoise(0.1, new Random(3));
        Assert.Equal(0.1, new AffineHankelEstimator().Estimate(noisy, 1000).Koopman!.Residual, 0.015);
        Assert.Equal(0.1, new OptimizedDmdEstimator().Estimate(noisy, 1000).Koopman!.Residual, 0.015);
    }

    [Fact]
    public void ManyCoordinatesHaveModesWithoutAmplitudes()
    {
        foreach (int width in new[] { 1000, 1001 })
        {
            Func<double, double>[] coordinates = [.. Enumerable.Range(0, width).Select<int, Func<double, double>>(j => t => Math.Cos(j) + Math.Pow(0.8, t))];
            foreach (string name in new[] { "AHD", "clipped HDMD", "optimised DMD" })
            {
                KoopmanReport report = Estimators.Named(name).Estimate(Trajectories.Of(30, coordinates), 100).Koopman!;
                Assert.Equal(width == 1000 ? 1000 : 0, Assert.Single(report.Modes).Amplitudes.Length);
                Assert.Equal(width == 1000 ? 1000 : 0, report.Limit.Length);
                Assert.Equal(0.8, report.Modes[0].Eigenvalue.Real, 1e-8);
                Assert.Contains(width == 1000 ? "coordinate" : "not told", report.ToString());
            }
        }
    }

    [Fact]
    public void TheTableCanBeRead()
    {
        var report = new KoopmanReport
        {
            Modes = [new() { Eigenvalue = new Complex(0.96, 0.25), Amplitudes = [0.5, 12] }, new() { Eigenvalue = 0.5, Amplitudes = [1e-5, 0] }],
            Limit = [-3, 2],
            SpectralRadius = 0.9921,
            Residual = 0.0123,
            Stride = 2,
        };
        string[] expected =
        [
            "eigenvalue              rate/step  half-life     period  largest amplitude",
            "0.960000 ± 0.250000i      -0.0040      173.0       49.3  1.200e+01 (coordinate 1)",
            "0.500000                  -0.3466        2.0          -  1.000e-05 (coordinate 0)",
            "1 (limit)                  0.0000          -          -  -3.000e+00 (coordinate 0)",
            "raw spectral radius 0.9921, residual 1.23 %, 2 steps a sample",
        ];
        Assert.Equal(expected, report.ToString().TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("zero")]
    [InlineData("Wynn")]
    [InlineData("RRE")]
    public void WithoutASpectrumThereIsNone(string name) =>
        Assert.Null(Estimators.Named(name).Estimate(Trajectories.Of(Length, t => 1 + Math.Pow(0.9, t)), 100).Koopman);

    private static void Near(double[] expected, double[] actual, double relative) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, relative * expected.Max(Math.Abs)));
}
