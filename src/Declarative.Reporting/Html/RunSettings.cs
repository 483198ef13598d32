using System.Globalization;
using System.Text.RegularExpressions;
using Declarative.Koopman;

namespace Declarative.Reporting;

/// <summary>The settings of a run, by name.</summary>
internal static partial class RunSettings
{
    public static IEnumerable<IReadOnlyList<string>> Of(GlocalOptions options)
    {
        TrustPolicy trust = options.Trust;
        yield return ["Window", Steps(options.Window)];
        yield return ["Stride", options.Estimator is LastSampleEstimator ? $"{Steps(options.Stride)}; the estimator takes one sample a window" : Steps(options.Stride)];
        yield return ["Horizon", options.Horizon is { } horizon ? $"step {NumberText.Count(horizon)}" : "the run's last step"];
        yield return ["Mode", options.Mode.ToString()];
        yield return ["Storage", options.Storage.ToString()];
        yield return ["Solver", Text(options.Solver)];
        yield return ["Memory", Text(options.Memory)];
        yield return ["Estimator", options.Estimator.Name];
        yield return ["Trust.LeastSkill", Number(trust.LeastSkill)];
        yield return ["Trust.RegainingSkill", Number(trust.RegainingSkill)];
        yield return ["Trust.LargestRadius", Number(trust.LargestRadius)];
        yield return ["Trust.FullStepScore", Number(trust.FullStepScore)];
        yield return ["Trust.LeastDistinctSamples", NumberText.Count(trust.LeastDistinctSamples)];
        yield return ["Outer", options.Outer is { } outer ? Text(outer) : "OuterAdam, moves of about 0.015 for each step of a window, at most 0.3"];
        yield return ["Seed", options.Seed.ToString(CultureInfo.InvariantCulture)];
        yield return ["MemoryLimit", $"{NumberText.Count(options.MemoryLimit)} bytes"];
        yield return ["Rollbacks", $"{NumberText.Count(options.Rollbacks)} in a row"];
    }

    private static string Steps(int count) => count == 1 ? "1 step" : $"{NumberText.Count(count)} steps";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    // Records print their numbers as people of the thread's culture write them.
    private static string Text(object record)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return Exponent().Replace(record.ToString() ?? "", "e$1");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    // 1E-06 is 1e-6 everywhere else in a report.
    [GeneratedRegex(@"(?<=\d)E\+?(-?)0*(?=\d)")]
    private static partial Regex Exponent();
}
