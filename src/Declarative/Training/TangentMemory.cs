using System.Globalization;

namespace Declarative;

/// <summary>What a window keeps of the tangents of the windows before it.</summary>
/// <remarks>Resetting is blind past one window: a learning rate is then cut as soon as that calms the loss, long before it would pay. Carrying
/// everything remembers settings long gone, and winds up: once a learning rate is tiny, nothing that is learned later can outweigh what
/// the large one did.</remarks>
public readonly record struct TangentMemory
{
    /// <summary>γ of <see cref="Guarded"/> where nothing else is asked for, and of <see cref="Automatic"/>.</summary>
    private const double UsualDiscount = .95;

    private TangentMemory(double discount, bool isGuarded = false, bool isAutomatic = false) =>
        (Discount, IsGuarded, IsAutomatic) = (discount, isGuarded, isAutomatic);

    /// <summary>The factor γ on the tangents at a window's start.</summary>
    public double Discount { get; }

    /// <summary>Whether tangents also shrink with what their settings can still do, and are forgotten after hypergradients beyond belief.</summary>
    internal bool IsGuarded { get; }

    /// <summary>Whether the run decides.</summary>
    internal bool IsAutomatic { get; }

    /// <summary>Nothing: γ = 0, local hypergradients as in the paper.</summary>
    public static TangentMemory Reset { get; } = new(0);

    /// <summary>Everything: γ = 1, online as in real-time recurrent learning.</summary>
    public static TangentMemory Carried { get; } = new(1);

    /// <summary>Guarded, where forward mode may be used, its tangents fit into the memory limit and no more than six settings are
    /// learned; nothing elsewhere. The log says which.</summary>
    public static TangentMemory Automatic { get; } = new(UsualDiscount, isGuarded: true, isAutomatic: true);

    /// <summary>Something in between.</summary>
    /// <param name="discount">γ in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">γ lies outside (0, 1).</exception>
    public static TangentMemory Discounted(double discount) => new(Checked(discount));

    /// <summary>Something in between that does not wind up, and does not believe what cannot be.</summary>
    /// <param name="discount">γ in (0, 1).</param>
    /// <remarks>At a window's start the tangents of each setting are multiplied by γ and, where a step of now moves the parameters less
    /// with that setting than the steps did that the tangents come from, by the ratio of the two: what is remembered does not outweigh what the
    /// setting can still do. After a window whose hypergradient with respect to any u is larger than the validation loss (the largest of the
    /// run so far, fading by a twentieth a window), nothing is kept: that is what training on the edge of instability looks like, where
    /// derivatives far back grow without bound and mean nothing.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">γ lies outside (0, 1).</exception>
    public static TangentMemory Guarded(double discount = UsualDiscount) => new(Checked(discount), isGuarded: true);

    /// <inheritdoc/>
    public override string ToString() => IsAutomatic ? "automatic" : (IsGuarded ? "guarded, " : "") + Discount switch
    {
        0 => "reset",
        1 => "carried",
        _ => Discount.ToString("'discounted by '0.###", CultureInfo.InvariantCulture),
    };

    private static double Checked(double discount) => discount is > 0 and < 1 ? discount
        : throw new ArgumentOutOfRangeException(nameof(discount), discount, "A discount lies between 0 and 1; Reset and Carried are the ends.");
}
