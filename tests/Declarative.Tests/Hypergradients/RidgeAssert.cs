namespace Declarative.Tests.Hypergradients;

/// <summary>Compares vectors relative to their largest entry.</summary>
internal static class RidgeAssert
{
    public static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 1e-3);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"entry {i}: {actual[i]:R}, not {expected[i]:R}");
    }
}
