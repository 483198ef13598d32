namespace Declarative.DeviceTests;

/// <summary>A check that means the same on every device.</summary>
/// <param name="Name">Its name, unique.</param>
/// <param name="Precisions">The precisions in which it is made.</param>
/// <param name="Compare">Computes at a place and compares. It runs in a dispose scope of its own.</param>
internal sealed record DeviceCheck(string Name, IReadOnlyList<Precision> Precisions, Action<Place, Comparisons> Compare)
{
    /// <summary>float64 and float32.</summary>
    public static IReadOnlyList<Precision> FullPrecision { get; } = [Precision.Float64, Precision.Float32];

    /// <summary>All.</summary>
    public static IReadOnlyList<Precision> AllPrecisions { get; } = [Precision.Float64, Precision.Float32, Precision.TensorFloat32];

    /// <summary>Why it cannot be made at a place; null where it can.</summary>
    public Func<Place, string?> Obstacle { get; init; } = _ => null;

    /// <summary>A check in float64 alone.</summary>
    public static DeviceCheck InFloat64(string name, Action<Place, Comparisons> compare) => new(name, [Precision.Float64], compare);

    /// <summary>A check in float64 and float32: TensorFloat32 would change nothing, or blur what is to be seen.</summary>
    public static DeviceCheck InFullPrecision(string name, Action<Place, Comparisons> compare) => new(name, FullPrecision, compare);

    /// <summary>A check in every precision.</summary>
    public static DeviceCheck InAll(string name, Action<Place, Comparisons> compare) =>
        new(name, AllPrecisions, compare);
}
