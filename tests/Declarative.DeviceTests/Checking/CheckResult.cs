using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>How a check ended.</summary>
public enum CheckOutcome
{
    /// <summary>All is near enough.</summary>
    Passed,

    /// <summary>Something is not, or the check threw.</summary>
    Failed,

    /// <summary>It cannot be made here.</summary>
    Skipped,
}

/// <summary>A check at a place, and how it ended.</summary>
/// <param name="Check">The check.</param>
/// <param name="Place">The place.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Worst">The comparison that failed, or came nearest to it; null where nothing was compared.</param>
/// <param name="Compared">How many comparisons were made.</param>
/// <param name="Message">Why it failed or was skipped.</param>
internal sealed record CheckResult(DeviceCheck Check, Place Place, CheckOutcome Outcome, Comparison? Worst, int Compared, string Message)
{
    /// <summary>Makes a check; whatever it throws makes it fail.</summary>
    public static CheckResult Of(DeviceCheck check, Place place)
    {
        if (Obstacle(check, place) is { } obstacle)
            return new(check, place, CheckOutcome.Skipped, null, 0, obstacle);
        var found = new Comparisons();
        string message = "";
        // Handing such small work to other threads takes longer than the work.
        int threads = get_num_threads();
        set_num_threads(1);
        using (place.Use())
        using (NewDisposeScope())
        {
            try
            {
                check.Compare(place, found);
            }
#pragma warning disable CA1031 // Whatever it is: the other checks go on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                message = $"{e.GetType().Name}: {e.Message.Split('\n')[0]}";
            }
        }
        set_num_threads(threads);
        if (message.Length == 0 && !found.IsPassed)
            message = found.Problems.Count > 0 ? string.Join("; ", found.Problems) : found.Worst is null ? "It compared nothing." : "";
        return new(check, place, message.Length == 0 && found.IsPassed ? CheckOutcome.Passed : CheckOutcome.Failed, found.Worst, found.All.Count, message);
    }

    private static string? Obstacle(DeviceCheck check, Place place) =>
        (place.Precision == Precision.TensorFloat32 ? TensorFloat32.Obstacle(place.Device) : null) ?? check.Obstacle(place);
}
