using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

/// <summary>The operations that generated steps are written in. Numbers become TorchSharp scalars that are released at once: an
/// implicit one is left to the finalizer, which may free it while native code reads it. TorchSharp's own <c>x.add(y)</c> makes one,
/// the factor 1 on y, so the factor is always given. Methods that end in <c>InPlace</c> change
/// and return their first operand; the others leave it alone.</summary>
/// <remarks>A vector is [p], a tangent [q, p]; a vector that meets a tangent acts on each row.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class TensorOperations
{
    // A whole number, so that it fits tensors of whole numbers too. Held for ever, so never finalized.
    private static readonly Scalar once = 1.ToScalar();

    /// <summary>factor · x.</summary>
    public static Tensor Scale(this Tensor x, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return x.mul(scalar);
    }

    /// <summary>x becomes factor · x.</summary>
    public static Tensor ScaleInPlace(this Tensor x, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return x.mul_(scalar);
    }

    /// <summary>x + shift.</summary>
    public static Tensor Shift(this Tensor x, double shift)
    {
        using Scalar scalar = shift.ToScalar();
        return x.add(scalar, once);
    }

    /// <summary>x becomes x + shift.</summary>
    public static Tensor ShiftInPlace(this Tensor x, double shift)
    {
        using Scalar scalar = shift.ToScalar();
        return x.add_(scalar, once);
    }

    /// <summary>x + factor · y.</summary>
    public static Tensor Add(this Tensor x, Tensor y, double factor = 1)
    {
        if (factor == 1)
            return x.add(y, once);
        using Scalar scalar = factor.ToScalar();
        return x.add(y, scalar);
    }

    /// <summary>x becomes x + factor · y.</summary>
    public static Tensor AddInPlace(this Tensor x, Tensor y, double factor = 1)
    {
        if (factor == 1)
            return x.add_(y, once);
        using Scalar scalar = factor.ToScalar();
        return x.add_(y, scalar);
    }

    /// <summary>x + factor · y ∘ z.</summary>
    public static Tensor AddProduct(this Tensor x, Tensor y, Tensor z, double factor = 1)
    {
        using Scalar scalar = factor.ToScalar();
        return x.addcmul(y, z, scalar);
    }

    /// <summary>x becomes x + factor · y ∘ z.</summary>
    public static Tensor AddProductInPlace(this Tensor x, Tensor y, Tensor z, double factor = 1)
    {
        using Scalar scalar = factor.ToScalar();
        return x.addcmul_(y, z, scalar);
    }

    /// <summary>x + factor · y / z.</summary>
    public static Tensor AddQuotient(this Tensor x, Tensor y, Tensor z, double factor = 1)
    {
        using Scalar scalar = factor.ToScalar();
        return x.addcdiv(y, z, scalar);
    }

    /// <summary>x becomes x + factor · y / z.</summary>
    public static Tensor AddQuotientInPlace(this Tensor x, Tensor y, Tensor z, double factor = 1)
    {
        using Scalar scalar = factor.ToScalar();
        return x.addcdiv_(y, z, scalar);
    }

    /// <summary>The tangent becomes itself + factor · (number ⊗ x): each row of the number's tangent adds a multiple of the vector
    /// to its row.</summary>
    public static Tensor AddOuterInPlace(this Tensor tangent, NumberTangent number, Tensor x, double factor = 1)
    {
        ArgumentNullException.ThrowIfNull(number);
        for (int i = 0; i < number.Rows.Length; i++)
        {
            using Tensor row = tangent.select(0, number.Rows[i]);
            row.AddInPlace(x, factor * number.Values[i]);
        }
        return tangent;
    }

    /// <summary>The tangent becomes itself + number: the row of each entry is shifted by factor times that entry.</summary>
    public static Tensor AddOuterInPlace(this Tensor tangent, NumberTangent number, double factor)
    {
        ArgumentNullException.ThrowIfNull(number);
        for (int i = 0; i < number.Rows.Length; i++)
        {
            using Tensor row = tangent.select(0, number.Rows[i]);
            row.ShiftInPlace(factor * number.Values[i]);
        }
        return tangent;
    }

    /// <summary>⟨x, y⟩, summed over all entries: of tensors of one shape, or of one that broadcasts to the other's.</summary>
    public static Tensor Dot(this Tensor x, Tensor y) => x.dim() == 1 && y.dim() == 1 && x.numel() == y.numel() ? x.dot(y) : x.mul(y).sum();
}
