using System.Globalization;

namespace Declarative.Reporting;

/// <summary>What happens in a run, in a sentence each: the same in every log.</summary>
internal static class RunText
{
    public static string Announcement(TrainingPlan plan)
    {
        string going = plan.FirstStep > 0 ? string.Create(CultureInfo.InvariantCulture, $" after step {plan.FirstStep:N0}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{plan.Steps:N0} steps{going}, window {plan.Window}, " +
            $"{plan.Parameters:N0} parameters, {plan.Learned:N0} {(plan.Learned == 1 ? "hyperparameter" : "hyperparameters")} learned");
    }

    /// <summary>What a console says when a run begins, line by line: what is trained, how hypergradients are computed where there are any, and notes.</summary>
    public static IEnumerable<string> Opening(TrainingPlan plan) => [Announcement(plan), .. plan.Learned > 0 ? [plan.Mode] : Array.Empty<string>(), .. plan.Notes];

    public static string Of(RollbackReport rollback) => string.Create(CultureInfo.InvariantCulture,
        $"step {rollback.Step:N0}: {rollback.Reason}; window {rollback.Window} is taken again with {rollback.MoveScale:0.##} of the last move");

    public static string Of(CheckpointReport checkpoint) => string.Create(CultureInfo.InvariantCulture,
        $"checkpoint of step {checkpoint.Step:N0}: {checkpoint.Path} ({checkpoint.Bytes:N0} bytes)");

    public static string Of(TrainingResult result) => string.Create(CultureInfo.InvariantCulture,
        $"done in {result.Elapsed.TotalSeconds:0.0} s, validation loss {NumberText.Loss(result.ValidationLoss)}");

    /// <summary>How a run ended by an exception, in one line.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="step">The steps that are known to have been taken.</param>
    public static string Of(Exception exception, long step) => exception is OperationCanceledException
        ? $"cancelled after step {NumberText.Count(step)}"
        : $"stopped by an error after step {NumberText.Count(step)}: {NumberText.OneLine(exception.Message)}";

    /// <summary>What is left of one window's decisions when a group is told in a few words: <c>Estimate x0.80</c>, or counts.</summary>
    public static string Decisions(ReadOnlySpan<TrustDecision> decisions)
    {
        if (decisions.Length == 1)
            return NumberText.OneLine(decisions[0].ToString());
        var counts = new SortedDictionary<HypergradientSource, int>();
        foreach (TrustDecision decision in decisions)
            counts[decision.Source] = counts.GetValueOrDefault(decision.Source) + 1;
        return string.Join(", ", counts.Select(count => $"{count.Key} {NumberText.Count(count.Value)}"));
    }
}
