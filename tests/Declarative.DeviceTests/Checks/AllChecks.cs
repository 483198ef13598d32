namespace Declarative.DeviceTests;

/// <summary>Every check.</summary>
internal static class AllChecks
{
    /// <summary>In the order in which they are made: what others stand on comes first.</summary>
    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        .. ProductChecks.All, .. BatchChecks.All, .. OptimizerChecks.All, .. ReferenceValueChecks.All, .. ModelChecks.All, .. HyperparameterChecks.All, .. ImplicitChecks.All,
        .. RunChecks.All,
    ];

    /// <summary>Each check in each of its precisions.</summary>
    public static IEnumerable<(DeviceCheck Check, Precision Precision)> Cases =>
        All.SelectMany(check => check.Precisions.Select(precision => (check, precision)));
}
