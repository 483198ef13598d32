using System.Globalization;

namespace Declarative;

/// <summary>Says what a check found wrong, and where to look.</summary>
internal static class CheckWords
{
    /// <summary>A coordinate on which modes and finite differences disagree.</summary>
    public static string Deviation(HypergradientCheckRow row, double tolerance, double scale)
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
        return $"{row.Name}: {string.Join(", ", off.Select(mode => $"{mode.Name} gives {HypergradientTable.Value(mode.Value)}"))}"
            + $"{(off.Length > 0 ? ", the" : "the")} finite difference is {HypergradientTable.Value(row.FiniteDifference)}; {where}.";
    }

    /// <summary>A hyperparameter that does not matter.</summary>
    /// <param name="item">It.</param>
    /// <param name="rows">Those of its entries that were looked at, all of them zero.</param>
    /// <param name="isReached">Whether a gradient reaches it.</param>
    /// <param name="belongs">Whether it is a number of one of the problem's update rules, or a tensor.</param>
    /// <param name="steps">The steps that were taken.</param>
    public static string Zero(Hyperparameter item, IReadOnlyList<HypergradientCheckRow> rows, bool isReached, bool belongs, int steps)
    {
        if (rows.Any(row => row.Verdict == HypergradientVerdict.NumericallyZero))
            return $"{item.Name}: its hypergradient is {HypergradientTable.Value(rows.Max(row => Math.Abs(row.FiniteDifference)))} at most, too small beside the others to "
                + "steer it. Is it near an end of its domain, or multiplied by something tiny? Start it elsewhere, or Fix() it.";
        if (!isReached)
        {
            HypergradientCheckRow moved = rows.MaxBy(row => Math.Abs(row.FiniteDifference))!;
            return moved.FiniteDifference != 0
                ? $"{item.Name}: no gradient reaches it, though the validation loss moves with it (finite difference {HypergradientTable.Value(moved.FiniteDifference)}"
                    + $"{(item.IsVector ? $" of {moved.Name}" : "")}): it is detached on its way to the loss, by detach(), item(), no_grad() or a cast."
                : $"{item.Name}: neither loss depends on it. Is it detached, read before it was created, or does the loss belong to another instance? "
                    + "Fix() it, or leave it out of the problem.";
        }
        return !belongs ? $"{item.Name}: it belongs to an update rule that is not one of this problem's. Leave that out, or Fix() it."
            : item is NumberHyperparameter ? string.Create(CultureInfo.InvariantCulture,
                $"{item.Name}: nothing depends on it in {steps} step{(steps == 1 ? "" : "s")}. The update rule does not come to use it (momentum needs two steps; a ")
                + "condition on the step; a step size of 0), or stops its derivative and its effect. Take more steps, or Fix() it."
            : $"{item.Name}: a loss reads it, but nothing depends on it. Is it multiplied by zero, clipped, or on the constant side of a condition?";
    }
}
