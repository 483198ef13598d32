namespace Declarative.DeviceTests;

/// <summary>Hypergradients against values published or computed elsewhere.</summary>
internal static class ReferenceValueChecks
{
    public static IReadOnlyList<DeviceCheck> All { get; } =
    [
        DeviceCheck.InFullPrecision("reference values: FAR-HO", FarHo),
        DeviceCheck.InFullPrecision("reference values: scalar SGD", ScalarSgd),
    ];

    private static void FarHo(Place place, Comparisons found)
    {
        foreach ((string name, GlocalOptions options) in ModeOptions.All)
        {
            (double loss, double[] hypergradient) = ReferenceValues.FarHo.Run(place, options);
            found.Close($"{name}, validation loss", [ReferenceValues.FarHo.ValidationLoss], [loss], Bar.OfRun(place));
            found.Close(name, ReferenceValues.FarHo.Hypergradient, hypergradient, Bar.OfRun(place));
        }
    }

    private static void ScalarSgd(Place place, Comparisons found)
    {
        foreach ((string name, GlocalOptions options) in ModeOptions.All)
            foreach ((int steps, double[] expected) in ReferenceValues.ScalarSgd.All)
                found.Close($"{name}, {steps} steps", expected, ReferenceValues.ScalarSgd.Run(place, options, steps), Bar.OfRun(place));
    }
}
