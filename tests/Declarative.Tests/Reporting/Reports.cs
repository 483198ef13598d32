using System.Numerics;
using Declarative.Koopman;

namespace Declarative.Tests.Reporting;

/// <summary>Reports of runs that never took place.</summary>
internal static class Reports
{
    public static TrainingPlan Plan(long steps, int window, params string[] names) =>
        new(steps, window, names, Parameters: 101_770, Learned: names.Length, Mode: "forward mode (as asked for)", Notes: []);

    public static WindowReport Window(int number, long step, double loss, params double[] values) => new()
    {
        Window = number,
        Step = step,
        TrainingLoss = loss,
        ValidationLoss = loss * 1.5,
        Values = values,
        Local = [.. values.Select(_ => 1.0 / 3)],
        Estimate = [.. values.Select(_ => double.NaN)],
        Decisions = [.. values.Select(_ => new TrustDecision(HypergradientSource.Estimate, 1, ""))],
    };

    /// <summary>A window of a model with these eigenvalues.</summary>
    public static KoopmanReport Koopman(double stride, params Complex[] eigenvalues) => new()
    {
        Modes = [.. eigenvalues.Select((value, i) => new KoopmanMode { Eigenvalue = value, Amplitudes = [0.1 * (i + 1), 0.01] })],
        Limit = [0.5, -0.25],
        SpectralRadius = 1.02,
        Residual = 0.05,
        Stride = stride,
    };

    public static TrainingResult Result(long steps, double loss) => new()
    {
        Steps = steps,
        TrainingLoss = loss,
        ValidationLoss = loss,
        Hyperparameters = new Dictionary<string, double>(),
        Elapsed = TimeSpan.FromSeconds(6.25),
    };
}
