namespace Declarative.DeviceTests;

/// <summary>How far off a value may be.</summary>
/// <param name="Relative">The largest relative deviation.</param>
/// <param name="Share">Where an entry is smaller than this share of the largest one, its deviation is relative to that share.</param>
internal readonly record struct Bar(double Relative, double Share)
{
    /// <summary>Of hypergradients after some six steps on a small model, against those of another mode, device or precision.</summary>
    /// <remarks>
    /// A sum of n products carries a relative error of at most n u, u the unit roundoff, in whatever order a device sums (Higham 2002, section 3.1).
    /// Sums here have at most 36 terms, some 12 of which follow each other in a step (forward, backward, and both again), so that six steps make
    /// an error of at most 36 · 12 · 6 u = 2,600 u of the largest intermediate value, which is some ten times the result. Errors of both signs
    /// cancel: the root, 500 u of the result, is typical.
    ///     float64: u = 1.1e-16, 26,000 u = 3e-12 at most, and 3e-10 of entries a hundredth of the largest. The bar is 1e-9.
    ///     float32: u = 6e-8, 500 u = 3e-5. The bar is 1e-4 of the largest entry: small ones are differences of large ones.
    ///     TensorFloat32: factors are rounded to u = 4.9e-4, products are summed in float32. Each of the 12 · 6 = 72 products in a row adds up to 2 u:
    ///     √72 · 2 u = 8e-3 of the largest intermediate value, and ten times that of the result. The bar is 1e-1.
    /// </remarks>
    public static Bar OfRun(Place place) => place.Precision switch
    {
        Precision.Float64 => new(1e-9, 1e-2),
        Precision.Float32 => new(1e-4, 1),
        _ => new(1e-1, 1),
    };

    /// <summary>Of a run that tunes: outer steps pass errors on to what comes after them.</summary>
    /// <remarks>Ten times that of a window, for five windows.</remarks>
    public static Bar OfTuning(Place place) => OfRun(place) with { Relative = OfRun(place).Relative * 10 };

    /// <summary>Of up to ten steps of an update rule, entry by entry.</summary>
    /// <remarks>At most 30 operations a step are 300 u in ten: 3e-14 in float64, 2e-5 in float32. Differences such as 1 - β₂ make up to ten times
    /// that of single entries, but not of the largest one, to which the deviation is relative.</remarks>
    public static Bar OfSteps(Place place) => new(place.Precision == Precision.Float64 ? 1e-13 : 5e-5, 1);

    /// <summary>Of one product of matrices, with sums of n terms.</summary>
    /// <remarks>√n times what a term carries: 2 u of rounded factors, u of its sum.</remarks>
    public static Bar OfProduct(Place place, int terms)
    {
        double roundoff = place.Precision switch { Precision.Float64 => 1.1e-16, Precision.Float32 => 6e-8, _ => 4.9e-4 };
        return new(3 * Math.Sqrt(terms) * roundoff, 1);
    }
}
