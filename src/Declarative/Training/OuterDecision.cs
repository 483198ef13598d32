using System.Globalization;
using Declarative.Koopman;

namespace Declarative;

/// <summary>What an outer step is taken on: coordinates that have a trajectory go through the estimator and the trust policy, the others use
/// the hypergradient of the whole window.</summary>
/// <param name="Hypergradient">The number to use for each coordinate [q].</param>
/// <param name="Estimate">The estimator's values [q], for the report; the whole window's, where it was not asked.</param>
/// <param name="Decisions">What was decided about each coordinate [q], and why.</param>
/// <param name="Koopman">The model that was found of the coordinates that have a trajectory, in samples; NaN for the others.</param>
internal sealed record OuterDecision(double[] Hypergradient, double[] Estimate, TrustDecision[] Decisions, KoopmanReport? Koopman)
{
    /// <summary>Decides for every coordinate.</summary>
    /// <param name="estimator">Is only given the coordinates that have a trajectory, and is not asked if there are none: pieces of constants would
    /// spoil the spectrum of the others.</param>
    /// <param name="trust">Decides about the estimates.</param>
    /// <param name="trajectory">The window's samples [m, q]; the last one is the hypergradient of the whole window.</param>
    /// <param name="horizon">The time wanted, in samples from the first.</param>
    /// <param name="standing">What trust has come to in the run so far.</param>
    /// <exception cref="InvalidOperationException">The estimator gave other than one number per coordinate.</exception>
    public static OuterDecision Of(IHypergradientEstimator estimator, TrustPolicy trust, Trajectory trajectory, double horizon, TrustStanding standing)
    {
        int[] values = trajectory.CountDistinct();
        int least = Math.Max(1, trust.LeastDistinctSamples);
        int[] moving = [.. Enumerable.Range(0, values.Length).Where(j => values[j] >= least)];
        if (moving.Length == values.Length)
            return Estimated(estimator, trust, trajectory, horizon, (j, skill) => standing.IsTrusted(trust, j, skill));

        double[] hypergradient = LastUsable(trajectory), estimate = [.. hypergradient];
        var decisions = new TrustDecision[values.Length];
        TrustDecision[] ofValues = [.. Enumerable.Range(0, Math.Min(least, trajectory.Length + 1)).Select(count => Decide(count, trajectory.Length))];
        for (int j = 0; j < values.Length; j++)
            if (values[j] < least)
                decisions[j] = hypergradient[j] == 0 && values[j] > 0 ? new(HypergradientSource.None, 0, "zero") : ofValues[values[j]];
        KoopmanReport? koopman = null;
        if (moving.Length > 0)
        {
            OuterDecision ofMoving = Estimated(estimator, trust, trajectory.Select(moving), horizon, (i, skill) => standing.IsTrusted(trust, moving[i], skill));
            koopman = ofMoving.Koopman?.Spread(values.Length, numbers => Spread(numbers, moving, values.Length));
            for (int i = 0; i < moving.Length; i++)
            {
                hypergradient[moving[i]] = ofMoving.Hypergradient[i];
                estimate[moving[i]] = ofMoving.Estimate[i];
                decisions[moving[i]] = ofMoving.Decisions[i];
            }
        }
        return new(hypergradient, estimate, decisions, koopman);
    }

    private static double[] Spread(double[] numbers, int[] places, int count)
    {
        var spread = new double[count];
        Array.Fill(spread, double.NaN);
        for (int i = 0; i < places.Length; i++)
            spread[places[i]] = numbers[i];
        return spread;
    }

    private static OuterDecision Estimated(IHypergradientEstimator estimator, TrustPolicy trust, Trajectory trajectory, double horizon,
        Func<int, double?, bool> isTrusted)
    {
        HypergradientEstimate estimate = estimator.Estimate(trajectory, horizon);
        if (estimate?.Value is null)
            throw new InvalidOperationException($"Estimator '{estimator.Name}' gave {(estimate is null ? "null" : "an estimate whose Value is null")}: it must give an "
                + "estimate for any trajectory, and say in Failure where it could make none.");
        CheckLength(estimator, trajectory, nameof(estimate.Value), estimate.Value);
        CheckLength(estimator, trajectory, nameof(estimate.StandardError), estimate.StandardError);
        CheckLength(estimator, trajectory, nameof(estimate.CoordinateSkills), estimate.CoordinateSkills);
        (double[] hypergradient, TrustDecision[] decisions) = trust.Decide(trajectory, estimate, isTrusted);
        return new(hypergradient, estimate.Value, decisions, estimate.Koopman);
    }

    private static void CheckLength(IHypergradientEstimator estimator, Trajectory trajectory, string name, double[]? numbers)
    {
        if (numbers is not null && numbers.Length != trajectory.Width)
            throw new InvalidOperationException($"Estimator '{estimator.Name}' gave a {name} of {numbers.Length} coordinates for a trajectory of {trajectory.Width}.");
    }

    /// <summary>As <see cref="LastSampleEstimator"/> has it, so that a local run uses one sample for all coordinates.</summary>
    private static double[] LastUsable(Trajectory trajectory)
    {
        Trajectory usable = trajectory.Usable();
        return usable.Length > 0 ? usable[usable.Length - 1].ToArray() : new double[trajectory.Width];
    }

    /// <summary>For a coordinate that takes so many values one after the other, too few for a trajectory. Where one sample is taken in all,
    /// there is nothing to say: none is extrapolated.</summary>
    private static TrustDecision Decide(int values, int samples) => values == 0
        ? new(HypergradientSource.None, 0, "not visited")
        : new(HypergradientSource.WholeWindow, 1,
            samples == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{values} distinct sample{(values == 1 ? "" : "s")}"));
}
