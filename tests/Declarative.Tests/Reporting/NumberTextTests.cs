using System.Globalization;
using Declarative.Koopman;
using Declarative.Reporting;
using Samples;

namespace Declarative.Tests.Reporting;

/// <summary>Numbers as people read them.</summary>
public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0.0123456, "0.0123")]
    [InlineData(1e-4, "1e-4")]
    [InlineData(9.999e-4, "1e-3")]
    [InlineData(0.001, "0.001")]
    [InlineData(-2.5e-7, "-2.5e-7")]
    [InlineData(0.9996, "1")]
    [InlineData(99.96, "100")]
    [InlineData(999.4, "999")]
    [InlineData(999.7, "1000")]
    [InlineData(-999.7, "-1000")]
    [InlineData(5000.4, "5000")]
    [InlineData(99_999.4, "99999")]
    [InlineData(99_999.7, "1e5")]
    [InlineData(-0.0, "0")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Settings_and_hypergradients_have_three_digits(double value, string text)
    {
        Assert.Equal(text, NumberText.Short(value));
        Assert.Equal(text, TextTable.Setting(value));
    }

    [Theory]
    [InlineData(0.5, "0.5000")]
    [InlineData(12345.67891, "12345.6789")]
    [InlineData(0.0, "0.0000")]
    [InlineData(1.234e-5, "1.23e-5")]
    [InlineData(-1e-9, "-1e-9")]
    [InlineData(3.2e7, "3.2e7")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Losses_have_four_decimals_where_these_show_something(double value, string text) => Assert.Equal(text, NumberText.Loss(value));

    [Fact]
    public void A_negative_zero_is_a_zero() => Assert.Equal("0.0000", NumberText.Loss(-0.0));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.0213, "0.0213")]
    [InlineData(1.25, "1.3")]
    [InlineData(12_345.6, "12,346")]
    public void Rates_are_told_of_slow_models_too(double value, string text) => Assert.Equal(text, NumberText.Rate(value));

    [Fact]
    public void The_culture_of_the_thread_does_not_matter()
    {
        using TemporaryFolder folder = new();
        string invariant = Tell();
        CultureInfo before = CultureInfo.CurrentCulture, decimalComma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (decimalComma.NumberFormat.NumberDecimalSeparator, decimalComma.NumberFormat.NumberGroupSeparator, decimalComma.NumberFormat.NegativeSign) = (",", ".", "~");
        CultureInfo.CurrentCulture = decimalComma;
        try
        {
            Assert.Equal(invariant, Tell());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.Contains("StepSize = 0.15", invariant);
        Assert.Contains("Tolerance = 1e-6", invariant);

        string Tell()
        {
            ManualTime time = new();
            using StringWriter lines = new();
            HtmlReport page = new(folder["report.html"], "A run", time);
            foreach (ITrainingObserver observer in (ITrainingObserver[])[new PlainProgress("run", lines, time), page])
            {
                observer.OnStarted(Reports.Plan(2000, 10, "learningRate", "momentum") with
                {
                    Options = new GlocalOptions
                    {
                        Outer = new OuterAdam { StepSize = 0.15 },
                        Memory = TangentMemory.Discounted(0.8),
                        Solver = new ConjugateGradients { Tolerance = 1e-6 },
                        Trust = new TrustPolicy { LargestRadius = 1.5 },
                    },
                });
                time.Advance(1.5);
                observer.OnWindow(Reports.Window(0, 1000, 0.125, 1e-3, -0.5) with
                {
                    Koopman = Reports.Koopman(2.5, new System.Numerics.Complex(0.5, 0.25)),
                    Solver = new SolverReport("conjugate gradients", 50, .02, IsConverged: false, Note: ""),
                    Decisions = [new(HypergradientSource.TailMean, 0.5, "back-test skill -1.50"), new(HypergradientSource.Estimate, 0.25, "")],
                });
                observer.OnRollback(new RollbackReport(3, 1037, "the loss is NaN", .25));
                observer.OnCheckpoint(new CheckpointReport(1000, "run.ckpt", 123_456));
                observer.OnCompleted(Reports.Result(2000, 0.5));
            }
            return lines + File.ReadAllText(page.FilePath);
        }
    }
}
