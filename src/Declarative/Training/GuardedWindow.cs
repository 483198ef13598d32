using System.Globalization;

namespace Declarative;

/// <summary>Takes windows, and takes one back that went wrong: again after a smaller outer step, so many times, and then not any more.</summary>
/// <param name="parts">The problem.</param>
/// <param name="hyperparameters">For messages.</param>
internal sealed class GuardedWindow(ModeParts parts, HyperparameterSet hyperparameters)
{
    /// <summary>Takes the steps of a window. Whatever is thrown, all is then as it was at the window's start.</summary>
    /// <param name="mode">Takes them.</param>
    /// <param name="window">The window.</param>
    /// <param name="moves">The outer steps that led here.</param>
    /// <param name="discount">The factor on what the mode remembers of those before it.</param>
    /// <param name="rolledBack">Told of each time that the window is taken back.</param>
    /// <exception cref="TrainingDivergedException">It went wrong too often.</exception>
    public WindowSamples Take(IHypergradientMode mode, InnerWindow window, OuterMoves moves, double discount, Action<RollbackReport> rolledBack)
    {
        long[] versions = parts.Parameters.CheckAttached();
        // What is forgotten need not be saved. Any other factor comes after, so that a window that is taken back and taken again later has it once.
        if (discount == 0)
            mode.Discount(0);
        using var start = new WindowStart(parts, mode);
        Action? putBackMoves = null;
        try
        {
            if (discount != 0)
                mode.Discount(discount);
            for (bool isFirst = true; ; isFirst = false)
            {
                WindowSamples samples = mode.Run(window);
                if (parts.Coordinates.Count > 0)
                    parts.Parameters.CheckWrittenHereAlone(versions);
                if (Trouble(samples, window) is not { } trouble)
                {
                    moves.Good();
                    return samples;
                }
                start.Restore();
                (long at, string what) = start.Diagnose(window) ?? trouble;
                start.Restore();
                // Tangents that are carried may be the trouble themselves, and are not needed.
                mode.Discount(0);
                putBackMoves ??= moves.Keep();
                if (!moves.TryShrink() && !(isFirst && discount != 0))
                    throw Diverged(what, at, moves.Left);
                rolledBack(new(window.Index, at, what, moves.Left));
            }
        }
        catch (Exception exception)
        {
            start.Restore();
            // Where the run is over, its message tells of the values that were tried last; else it goes on, and all is to come about again.
            if (exception is not TrainingDivergedException)
                putBackMoves?.Invoke();
            throw;
        }
    }

    private (long Step, string What)? Trouble(WindowSamples samples, InnerWindow window)
    {
        long end = window.FirstStep + window.Steps;
        int bad = Array.FindIndex(samples.TrainingLosses, loss => !double.IsFinite(loss));
        if (bad >= 0)
            return (window.FirstStep + bad + 1, FormattableString.Invariant($"the training loss is {samples.TrainingLosses[bad]}"));
        if (!double.IsFinite(samples.ValidationLoss))
            return (end, FormattableString.Invariant($"the validation loss is {samples.ValidationLoss}{parts.Losses.ValidationDataTrouble(window.Index)}"));
        if (samples.Complaint is { } complaint)
            return (end, complaint);
        if (samples.Trajectory is not { } trajectory)
            return null;
        ReadOnlySpan<double> last = trajectory[trajectory.Length - 1];
        for (int i = 0; i < last.Length; i++)
            if (!double.IsFinite(last[i]))
                return (end, FormattableString.Invariant($"the hypergradient of '{parts.Coordinates.NameOf(i)}' is {last[i]}"));
        return null;
    }

    private TrainingDivergedException Diverged(string what, long at, double left) => new(string.Create(CultureInfo.InvariantCulture,
        $"At step {at} {what}{(left == 1 ? "" : ", also after the last outer step was taken back")}. ")
        + $"The hyperparameters were {string.Join(", ", hyperparameters)}. The model has the parameters of the last good window.", at);
}
