using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Rules;

public static partial class LinearMaps
{
    /// <summary>A tangent in the shape of its value; a view where it can be.</summary>
    public static Tensor ReshapeLike(this Tensor tangent, Tensor value) => tangent.reshape([tangent.shape[0], .. value.shape]);

    /// <summary>An adjoint in the shape of a tensor; a view where it can be.</summary>
    public static Tensor ReshapeTo(this Tensor adjoint, Tensor x) => adjoint.reshape(x.shape);

    /// <summary>A tangent whose value has two dimensions exchanged; a view.</summary>
    public static Tensor TransposeDimensions(this Tensor tangent, long one, long other) => tangent.transpose(Behind(one), Behind(other));

    /// <summary>A tangent whose value, a matrix, is transposed; a view.</summary>
    public static Tensor TransposeMatrices(this Tensor tangent) => tangent.dim() < 3 ? tangent.alias() : tangent.transpose(1, 2);

    /// <summary>A tangent whose value has its dimensions in another order; a view.</summary>
    public static Tensor PermuteDimensions(this Tensor tangent, long[] order) => tangent.permute([0, .. order.Select(Behind)]);

    /// <summary>An adjoint of what had its dimensions in another order, in the first one; a view.</summary>
    public static Tensor PermuteBack(this Tensor adjoint, long[] order)
    {
        long[] back = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
            back[order[i] < 0 ? order[i] + order.Length : order[i]] = i;
        return adjoint.permute(back);
    }

    /// <summary>A part of a tangent along a dimension of its value; a view.</summary>
    public static Tensor NarrowDimension(this Tensor tangent, long dimension, long start, long length) => tangent.narrow(Behind(dimension), start, length);

    /// <summary>The adjoint of a tensor of which a part was read: 0 elsewhere.</summary>
    public static Tensor PlaceIn(this Tensor adjoint, Tensor x, long dimension, long start)
    {
        Tensor whole = zeros_like(x);
        whole.narrow(dimension, start, adjoint.shape[dimension < 0 ? dimension + x.dim() : dimension]).copy_(adjoint);
        return whole;
    }

    /// <summary>A tangent at one index along a dimension of its value; a view.</summary>
    public static Tensor SelectIndex(this Tensor tangent, long dimension, long index) => tangent.select(Behind(dimension), index);

    /// <summary>The adjoint of a tensor that was read at one index: 0 elsewhere.</summary>
    public static Tensor PlaceAt(this Tensor adjoint, Tensor x, long dimension, long index)
    {
        Tensor whole = zeros_like(x);
        whole.select(dimension, index).copy_(adjoint);
        return whole;
    }

    /// <summary>The tangent of tensors laid end to end, as far as it comes from the last of <paramref name="parts"/>.</summary>
    public static Tensor PlaceInConcatenated(this Tensor tangent, Tensor whole, long dimension, params Tensor[] parts)
    {
        Tensor placed = zeros([tangent.shape[0], .. whole.shape], tangent.dtype, tangent.device);
        (long start, long length) = Last(parts, dimension);
        placed.narrow(Behind(dimension), start, length).copy_(tangent);
        return placed;
    }

    /// <summary>The part of an adjoint that belongs to the last of <paramref name="parts"/>; a view.</summary>
    public static Tensor PartOfConcatenated(this Tensor adjoint, Tensor whole, long dimension, params Tensor[] parts)
    {
        (long start, long length) = Last(parts, dimension);
        return adjoint.narrow(dimension, start, length);
    }

    /// <summary>The tangent of tensors laid on each other, as far as it comes from the last of <paramref name="parts"/>.</summary>
    public static Tensor PlaceInStacked(this Tensor tangent, Tensor whole, long dimension, params Tensor[] parts)
    {
        Tensor placed = zeros([tangent.shape[0], .. whole.shape], tangent.dtype, tangent.device);
        placed.select(Behind(dimension), parts.Length - 1).copy_(tangent);
        return placed;
    }

    /// <summary>The part of an adjoint that belongs to the last of <paramref name="parts"/>; a view.</summary>
    public static Tensor PartOfStacked(this Tensor adjoint, Tensor whole, long dimension, params Tensor[] parts) => adjoint.select(dimension, parts.Length - 1);

    /// <summary>A matrix product, of two matrices, a matrix and a vector, or two vectors, or of what has further dimensions before them.</summary>
    /// <exception cref="InvalidOperationException">The shapes do not fit; TorchSharp's <c>matmul</c> would end the process.</exception>
    public static Tensor MatrixProduct(this Tensor left, Tensor right)
    {
        long[] ofLeft = left.shape, ofRight = right.shape;
        bool fits = ofLeft.Length > 0 && ofRight.Length > 0 && ofLeft[^1] == ofRight[Math.Max(0, ofRight.Length - 2)] && left.dtype == right.dtype;
        for (int i = 3; i <= Math.Min(ofLeft.Length, ofRight.Length); i++)
            fits &= ofLeft[^i] == ofRight[^i] || ofLeft[^i] == 1 || ofRight[^i] == 1;
        return fits ? left.matmul(right) : throw new InvalidOperationException($"An update rule multiplies {left.dtype} [{string.Join(", ", ofLeft)}] and {right.dtype} "
            + $"[{string.Join(", ", ofRight)}] as matrices: the columns of the one must be the rows of the other.");
    }

    /// <summary>ẋ y: for each coordinate a matrix product with the same right factor.</summary>
    public static Tensor TimesMatrix(this Tensor tangent, Tensor right)
    {
        CheckMatrices(tangent.dim() - 1, right.dim());
        return tangent.matmul(right);
    }

    /// <summary>x ẏ: for each coordinate a matrix product with the same left factor.</summary>
    public static Tensor MatrixTimes(this Tensor tangent, Tensor left)
    {
        CheckMatrices(left.dim(), tangent.dim() - 1);
        // A matrix of tangents of a vector would be taken for one matrix.
        return tangent.dim() == 2 ? left.dim() == 1 ? tangent.mv(left) : tangent.matmul(left.t()) : left.matmul(tangent);
    }

    /// <summary>The adjoint of the left factor of a matrix product: z̄ yᵀ.</summary>
    public static Tensor TimesTransposed(this Tensor adjoint, Tensor left, Tensor right) => (left.dim(), right.dim()) switch
    {
        (1, 1) => right.mul(adjoint),
        (1, _) => right.matmul(adjoint),
        (_, 1) => adjoint.outer(right),
        _ => adjoint.matmul(right.t()),
    };

    /// <summary>The adjoint of the right factor of a matrix product: xᵀ z̄.</summary>
    public static Tensor TransposedTimes(this Tensor adjoint, Tensor left, Tensor right) => (left.dim(), right.dim()) switch
    {
        (1, 1) => left.mul(adjoint),
        (1, _) => left.outer(adjoint),
        _ => left.t().matmul(adjoint),
    };

    private static (long Start, long Length) Last(Tensor[] parts, long dimension)
    {
        long Size(Tensor part) => part.shape[dimension < 0 ? dimension + part.dim() : dimension];
        return (parts[..^1].Sum(Size), Size(parts[^1]));
    }

    private static void CheckMatrices(long left, long right)
    {
        if (left > 2 || right > 2)
            throw new NotSupportedException($"An update rule multiplies tensors of {left} and {right} dimensions as matrices; tangents are known for at most two.");
    }
}
