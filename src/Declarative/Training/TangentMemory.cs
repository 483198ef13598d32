using System.Globalization;

namespace Declarative;

/// <summary>What a window keeps of the tangents of the windows before it.</summary>
/// <remarks>Resetting is blind past one window; carrying remembers settings long gone, and winds up.</remarks>
public readonly record struct TangentMemory
{
    private TangentMemory(double discount) => Discount = discount;

    /// <summary>The factor γ on the tangents at a window's start.</summary>
    public double Discount { get; }

    /// <summary>Nothing: γ = 0, local hypergradients as in the paper.</summary>
    public static TangentMemory Reset { get; } = new(0);

    /// <summary>Everything: γ = 1, online as in real-time recurrent learning.</summary>
    public static TangentMemory Carried { get; } = new(1);

    /// <summary>Something in between.</summary>
    /// <param name="discount">γ in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">γ lies outside (0, 1).</exception>
    public static TangentMemory Discounted(double discount) => discount is > 0 and < 1 ? new(discount)
        : throw new ArgumentOutOfRangeException(nameof(discount), discount, "A discount lies between 0 and 1; Reset and Carried are the ends.");

    /// <inheritdoc/>
    public override string ToString() => Discount switch
    {
        0 => "reset",
        1 => "carried",
        _ => Discount.ToString("'discounted by '0.###", CultureInfo.InvariantCulture),
    };
}
