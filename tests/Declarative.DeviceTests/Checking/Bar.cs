namespace Declarative.DeviceTests;

/// <summary>How far off a value may be.</summary>
/// <param name="Relative">The largest relative deviation.</param>
/// <param name="Share">Where an entry is smaller than this share of the largest one, its deviation is relative to that share.</param>
internal readonly record struct Bar(double Relative, double Share)
{
    /// <summary>Of hypergradients after some six steps on a small model, against those of another mode, device or precision.</summary>
    /// <remarks>
    /// A sum of n products carries a relative error of at most n u, u the unit roundoff, in whatever order a device sums (Higham 2002, section 3.1).
    /// Sums here have at most 128 terms (8 images of 4 x 4 positions, in the weights' gradient of a convolution), some 12 of which follow each other in a
    /// step (forward, backward, and both again), so that six steps make an error of at most 128 · 12 · 6 u = 9,200 u of the largest intermediate value,
    /// which is some ten times the result. Errors of both signs cancel: some 100 u, and so 1,000 u of the result, are typical.
    ///     float64: u = 1.1e-16, 92,000 u = 1e-11 at most, and 1e-9 of entries a hundredth of the largest, which is the bar.
    ///     float32: u = 6e-8, 1,000 u = 6e-5. The bar is 1e-4 of the largest entry: small ones are differences of large ones.
    ///     TensorFloat32: factors are rounded to u = 4.9e-4, products are summed in float32. A product is off by up to 1.5 u in its largest entry, and
    ///     typically by a third of that; 12 · 6 = 72 in a row make √72 · u / 2 = 2e-3 of the largest intermediate value, and 2e-2 of the result.
    ///     The bar is 1e-1, down to entries of a quarter of the largest one.
    /// </remarks>
    public static Bar OfRun(Place place) => place.Precision switch
    {
        Precision.Float64 => new(1e-9, 1e-2),
        Precision.Float32 => new(1e-4, 1),
        _ => new(1e-1, .25),
    };

    /// <summary>Of a run that tunes: outer steps pass errors on to what comes after them.</summary>
    /// <remarks>Ten times that of a window, for five windows.</remarks>
    public static Bar OfTuning(Place place) => OfRun(place) with { Relative = OfRun(place).Relative * 10 };

    /// <summary>Of up to ten steps of an update rule, entry by entry.</summary>
    /// <remarks>At most 30 operations a step are 300 u in ten: 3e-14 in float64, 2e-5 in float32. Differences such as 1 - β₂ make up to ten times
    /// that of single entries, but not of the largest one, to which the deviation is relative.</remarks>
    public static Bar OfSteps(Place place) => new(place.Precision == Precision.Float64 ? 1e-13 : 5e-5, 1);

    /// <summary>Of one product of matrices with sums of n terms, relative to the largest of them.</summary>
    /// <remarks>In float64 and float32 √n times what a term carries: 2 u of its factors, u of its sum. In TensorFloat32 only the factors are rounded, and
    /// sums are float32's: with independent terms the error is √n · √2 u times a term and the sum √n times one, so that n cancels. Rounding errors
    /// have a third of u for their standard deviation; the largest of thousands is four of them, as the largest sum is: u / 2. The bar is 4 u.</remarks>
    public static Bar OfProduct(Precision precision, int terms) => precision switch
    {
        Precision.Float64 => new(3 * Math.Sqrt(terms) * 1.1e-16, 1),
        Precision.Float32 => new(3 * Math.Sqrt(terms) * 6e-8, 1),
        _ => new(4 * 4.9e-4, 1),
    };

    /// <summary>Of one convolution with sums of n terms.</summary>
    /// <remarks>It may be computed by Winograd's transforms of 4 x 4 tiles, whose constants cost a decimal digit (Lavin and Gray 2016), or by
    /// Fourier's, which cost less: ten times the bar of a product, in float64 and float32.</remarks>
    public static Bar OfConvolution(Precision precision, int terms) => OfProduct(precision, terms) is var bar && precision == Precision.TensorFloat32 ? bar
        : bar with { Relative = 10 * bar.Relative };
}
