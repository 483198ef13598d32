using System.Globalization;

namespace Declarative;

/// <summary>Says what a check found wrong, and where to look.</summary>
internal static class CheckWords
{
    /// <summary>Coordinates on which modes and finite differences disagree: a sentence for each place to look at.</summary>
    public static IEnumerable<string> Deviations(IEnumerable<(HypergradientCheckRow Row, double Scale)> deviating, double tolerance) =>
        deviating.Select(item => (item.Row.Name, Diagnosis: Diagnose(item.Row, tolerance, item.Scale))).GroupBy(item => item.Diagnosis.Where)
            .Select(group => group.ToArray() is [var only] ? $"{only.Name}: {only.Diagnosis.Values}; {group.Key}."
                : $"{Names([.. group.Select(item => item.Name)])}: {group.Key}.");

    /// <summary>The first few names, and how many more there are.</summary>
    public static string Names(string[] names) => string.Join(", ", names.Take(5)) + (names.Length > 5 ? $" and {names.Length - 5} more" : "");

    private static (string Values, string Where) Diagnose(HypergradientCheckRow row, double tolerance, double scale)
    {
        (string Name, double? Value, bool IsForward)[] modes = [("forward mode", row.Forward, true), ("reverse mode with graphs", row.Graphs, false),
            ("reverse mode with states", row.States, false), ("reverse mode with checkpoints", row.Checkpoints, false)];
        var off = modes.Where(mode => mode.Value is { } value && !(Math.Abs(value - row.FiniteDifference) <= tolerance * scale)).ToArray();
        var right = modes.Where(mode => mode.Value is not null && !off.Contains(mode)).ToArray();
        string where = off.Length == 0 ? "the modes disagree with each other"
            : off.Any(mode => !double.IsFinite(mode.Value!.Value)) ? "it is not finite: look for a division or a root at zero"
            : right.Length > 0 && off.All(mode => mode.IsForward) ? "reverse mode agrees: look at the tangent step of the update rule"
            : right.Any(mode => mode.IsForward) ? "forward mode agrees: look at the adjoint step of the update rule"
            : "no mode agrees: a gradient in a loss, the model or the update rule is not the derivative of its value (a part is detached, or has a "
                + "derivative of its own)";
        var named = off.Length > 0 ? off : right;
        return (string.Join(", ", named.Select(mode => $"{mode.Name} gives {HypergradientTable.Value(mode.Value)}"))
            + $", the finite difference is {HypergradientTable.Value(row.FiniteDifference)}", where);
    }

    /// <summary>A hyperparameter that hardly matters.</summary>
    /// <param name="item">It.</param>
    /// <param name="rows">Those of its entries that were looked at.</param>
    public static string NumericallyZero(Hyperparameter item, IReadOnlyList<HypergradientCheckRow> rows) =>
        $"{item.Name}: its hypergradient is {HypergradientTable.Value(rows.Max(row => Math.Abs(row.FiniteDifference)))} at most, too small beside the others "
            + "to steer it. Is it near an end of its domain, or multiplied by something tiny? Start it elsewhere, or Fix() it.";

    /// <summary>A tensor that no gradient reaches.</summary>
    /// <param name="item">It.</param>
    /// <param name="isDetached">Whether the validation loss changes all the same when it is moved.</param>
    public static string Unreached(Hyperparameter item, bool isDetached) => isDetached
        ? $"{item.Name}: no gradient reaches it, though the validation loss changes when it is moved: it is detached on its way to the loss, by detach(), "
            + "item(), no_grad() or a cast."
        : $"{item.Name}: neither loss depends on it. Is it read before it was created, or does the loss belong to another instance? Fix() it, or leave it "
            + "out of the problem.";

    /// <summary>A hyperparameter that is read, or could be, but on which nothing depends.</summary>
    /// <param name="item">It.</param>
    /// <param name="belongs">Whether it is a number of one of the problem's update rules, or a tensor.</param>
    /// <param name="steps">The steps that were taken.</param>
    public static string WithoutEffect(Hyperparameter item, bool belongs, int steps) =>
        !belongs ? $"{item.Name}: it belongs to an update rule that is not one of this problem's. Leave that out, or Fix() it."
        : item is NumberHyperparameter ? string.Create(CultureInfo.InvariantCulture,
            $"{item.Name}: nothing depends on it in {steps} step{(steps == 1 ? "" : "s")}. The update rule does not come to use it (momentum needs two steps; ")
            + "a condition on the step; a step size of 0). Take more steps, or Fix() it."
        : $"{item.Name}: a loss reads it, but nothing depends on it. Is it multiplied by zero, clipped, or on the constant side of a condition?";
}
