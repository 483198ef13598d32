namespace Declarative.DeviceTests;

/// <summary>The library's own check of a problem, as comparisons.</summary>
internal static class FiniteDifferences
{
    /// <summary>Holds all modes against each other and against finite differences of whole runs, on the device of the problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="training">Its training batches.</param>
    /// <param name="validation">Its validation batches.</param>
    /// <param name="found">Takes the comparisons.</param>
    /// <param name="options">How it is made.</param>
    /// <param name="keepsGraphs">Whether reverse mode can keep the model's graphs: not those of modules in native code.</param>
    public static void Compare(BilevelProblem problem, IBatchSource training, IBatchSource validation, Comparisons found, HypergradientCheckOptions options,
        bool keepsGraphs = true)
    {
        HypergradientCheckResult result = HypergradientCheck.Run(problem, training, validation, options);
        // The check allows for the error of the difference itself besides.
        found.Add(new("modes and finite differences", result.Rows.Select(row => row.Deviation).Max(), options.Tolerance) { IsPassed = result.Passed });
        found.Holds(result.Passed, string.Join("; ", result.Problems));
        found.Holds(result.Rows.Any(row => row.Verdict == HypergradientVerdict.Agrees), "no hyperparameter agrees: nothing is proved");
        found.Holds(result.Rows.All(row => row.Forward is not null && row.States is not null && row.Checkpoints is not null
            && row.Graphs is not null == keepsGraphs), "a mode was left out");
    }
}
