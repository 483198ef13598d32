using System.Globalization;
using Declarative.Koopman;

namespace Declarative;

/// <summary>Decides which number an outer step is taken on, coordinate by coordinate: glocal where the estimate has earned it, local where not. An
/// estimate that is not trusted falls back to the mean of the last quarter of the trajectory, which is better than the last sample under
/// noise; trust once lost comes back only at a higher skill, so that no coordinate goes to and fro; a step on little confidence is shortened. A coordinate
/// without a trajectory (the weight of an example that the window saw a few times) is not estimated: it uses the whole window's
/// hypergradient, and does not move where that is zero.</summary>
public sealed record TrustPolicy
{
    /// <summary>The back-test skill below which a coordinate loses its trust: the estimate is worse than repeating the last sample by far.</summary>
    /// <remarks>The coordinate's own skill where the estimator tells it, that of all coordinates together where not; an estimator
    /// without a back-test is trusted.</remarks>
    public double LeastSkill { get; init; } = -1;

    /// <summary>The back-test skill from which on a coordinate that has lost its trust regains it: better than repeating the last sample.</summary>
    public double RegainingSkill { get; init; }

    /// <summary>The largest spectral radius per sample; above it the trajectory grows too fast to be extrapolated.</summary>
    public double LargestRadius { get; init; } = 1.1;

    /// <summary>The z-score, |estimate| / (standard error), from which on a full step is taken; below it the step shrinks in
    /// proportion.</summary>
    public double FullStepScore { get; init; } = 2;

    /// <summary>How many distinct samples, one after the other, make a trajectory that can be extrapolated; by default the fewest that
    /// <see cref="AffineHankelEstimator"/> takes. A coordinate with fewer uses its last sample, whatever the estimator; with 1, all that are
    /// not zero throughout are estimated.</summary>
    /// <remarks>The sample of an example's weight changes only at the steps that visit the example: in between it is constant.</remarks>
    public int LeastDistinctSamples { get; init; } = AffineHankelModel.MinimumLength;

    /// <summary>Decides for every coordinate of a trajectory that has been estimated, as in the first window of a run: no trust has been lost.</summary>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="estimate">Its estimate.</param>
    /// <returns>The hypergradient to use [q], and the decisions [q].</returns>
    public (double[] Hypergradient, TrustDecision[] Decisions) Decide(Trajectory trajectory, HypergradientEstimate estimate)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        ArgumentNullException.ThrowIfNull(estimate);
        var standing = new TrustStanding(trajectory.Width);
        return Decide(trajectory, estimate, (coordinate, skill) => standing.IsTrusted(this, coordinate, skill));
    }

    /// <summary>Decides for every coordinate of a trajectory that has been estimated.</summary>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="estimate">Its estimate.</param>
    /// <param name="isTrusted">Whether a coordinate, with the skill of its estimate, stands in trust.</param>
    /// <returns>The hypergradient to use [q], and the decisions [q].</returns>
    internal (double[] Hypergradient, TrustDecision[] Decisions) Decide(Trajectory trajectory, HypergradientEstimate estimate, Func<int, double?, bool> isTrusted)
    {
        var decisions = new TrustDecision[trajectory.Width];
        double[] used = [.. estimate.Value];
        double[]? tailMean = null;                  // a pass over the whole trajectory, which most windows do without
        string? ofAll = Complaint(estimate), unskilled = null;
        for (int i = 0; i < decisions.Length; i++)
        {
            double? skill = estimate.CoordinateSkills?[i] ?? estimate.BacktestSkill;
            if (isTrusted(i, skill) && ofAll is null)
            {
                decisions[i] = new(HypergradientSource.Estimate, Scale(estimate, i), estimate.Cut ?? "");
                continue;
            }
            used[i] = (tailMean ??= trajectory.TailMean())[i];
            // One text for all that share one skill.
            string complaint = ofAll ?? (estimate.CoordinateSkills is null ? unskilled ??= Unskilled(skill) : Unskilled(skill));
            decisions[i] = new(HypergradientSource.TailMean, 1, complaint);
        }
        for (int i = 0; i < decisions.Length; i++)
            if (!double.IsFinite(used[i]))
                decisions[i] = new(HypergradientSource.None, 0, "not finite");
            else if (used[i] == 0)
                decisions[i] = new(HypergradientSource.None, 0, "zero");
        return (used, decisions);
    }

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    internal void Check()
    {
        Refuse(double.IsNaN(LeastSkill), nameof(LeastSkill), LeastSkill, "a skill");
        Refuse(double.IsNaN(RegainingSkill), nameof(RegainingSkill), RegainingSkill, "a skill");
        Refuse(!(LargestRadius > 0), nameof(LargestRadius), LargestRadius, "a positive number");
        Refuse(!(FullStepScore >= 0), nameof(FullStepScore), FullStepScore, "a number from 0 on");
        Refuse(LeastDistinctSamples < 1, nameof(LeastDistinctSamples), LeastDistinctSamples, "a number from 1 on");
    }

    private static void Refuse(bool isWrong, string name, double value, string wanted)
    {
        if (isWrong)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} of the trust policy is {wanted}, not {value}."));
    }

    private static string Unskilled(double? skill) => skill is { } found
        ? string.Create(CultureInfo.InvariantCulture, $"back-test skill {found:0.00}") : "trust was lost, and there is no back-test";

    private string? Complaint(HypergradientEstimate estimate)
    {
        if (estimate.Failure is { } failure)
            return failure;
        // Negated, so that a NaN is not trusted.
        if (estimate.SpectralRadius is { } radius && !(radius <= LargestRadius))
            return string.Create(CultureInfo.InvariantCulture, $"spectral radius {radius:0.000}");
        return null;
    }

    private double Scale(HypergradientEstimate estimate, int coordinate)
    {
        if (estimate.StandardError is not { } errors || FullStepScore <= 0)
            return 1;
        double score = Math.Abs(estimate.Value[coordinate]) / errors[coordinate];
        return double.IsNaN(score) ? 0 : Math.Min(1, score / FullStepScore);
    }
}
