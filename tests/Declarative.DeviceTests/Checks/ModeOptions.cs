namespace Declarative.DeviceTests;

/// <summary>The ways in which hypergradients are computed exactly.</summary>
internal static class ModeOptions
{
    /// <summary>Forward mode, its products one after the other and batched, and reverse mode with each kind of storage.</summary>
    public static IReadOnlyList<(string Name, GlocalOptions Options)> All { get; } =
    [
        ("forward", new() { Mode = HypergradientMode.Forward, Products = HessianVectorProducts.Sequential }),
        ("forward, batched", new() { Mode = HypergradientMode.Forward, Products = HessianVectorProducts.Batched }),
        ("graphs", Reverse(ReverseStorage.Graphs)),
        ("states", Reverse(ReverseStorage.States)),
        ("checkpoints", Reverse(ReverseStorage.Checkpoints)),
    ];

    private static GlocalOptions Reverse(ReverseStorage storage) => new() { Mode = HypergradientMode.Reverse, Storage = storage };
}
