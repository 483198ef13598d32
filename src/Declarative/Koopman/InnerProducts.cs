using System.Numerics;
using System.Runtime.InteropServices;

namespace Declarative.Koopman;

/// <summary>The inner products of many vectors with many others: the one computation whose time grows with the coordinates.</summary>
/// <remarks>Four vectors against two at a time, so that each number that is fetched is used more than once.</remarks>
internal static class InnerProducts
{
    /// <summary>Σₜ aᵢₜ bⱼₜ for all i and j, over the length of the first b.</summary>
    /// <param name="a">Vectors, which may be longer.</param>
    /// <param name="b">Other vectors.</param>
    /// <param name="products">Receives row-major [a, b].</param>
    public static void Compute(ReadOnlySpan<double[]> a, ReadOnlySpan<double[]> b, Span<double> products)
    {
        int width = b.Length, length = width > 0 ? b[0].Length : 0, i = 0;
        for (; i + 3 < a.Length; i += 4)
        {
            int j = 0;
            for (; j + 1 < width; j += 2)
                Tile(a.Slice(i, 4), b.Slice(j, 2), length, products[(i * width + j)..], width);
            if (j < width)
                for (int k = i; k < i + 4; k++)
                    products[k * width + j] = Vectors.Dot(b[j], a[k]);
        }
        for (; i < a.Length; i++)
            for (int j = 0; j < width; j++)
                products[i * width + j] = Vectors.Dot(b[j], a[i]);
    }

    private static void Tile(ReadOnlySpan<double[]> a, ReadOnlySpan<double[]> b, int length, Span<double> products, int width)
    {
        ReadOnlySpan<Vector<double>> a0 = Blocks(a[0], length), a1 = Blocks(a[1], length), a2 = Blocks(a[2], length), a3 = Blocks(a[3], length);
        ReadOnlySpan<Vector<double>> b0 = Blocks(b[0], length), b1 = Blocks(b[1], length);
        Vector<double> s00 = default, s10 = default, s20 = default, s30 = default, s01 = default, s11 = default, s21 = default, s31 = default;
        for (int t = 0; t < b0.Length; t++)
        {
            Vector<double> x = b0[t], y = b1[t], z = a0[t];
            s00 = Vector.FusedMultiplyAdd(z, x, s00);
            s01 = Vector.FusedMultiplyAdd(z, y, s01);
            z = a1[t];
            s10 = Vector.FusedMultiplyAdd(z, x, s10);
            s11 = Vector.FusedMultiplyAdd(z, y, s11);
            z = a2[t];
            s20 = Vector.FusedMultiplyAdd(z, x, s20);
            s21 = Vector.FusedMultiplyAdd(z, y, s21);
            z = a3[t];
            s30 = Vector.FusedMultiplyAdd(z, x, s30);
            s31 = Vector.FusedMultiplyAdd(z, y, s31);
        }
        (products[0], products[1]) = (Vector.Sum(s00), Vector.Sum(s01));
        (products[width], products[width + 1]) = (Vector.Sum(s10), Vector.Sum(s11));
        (products[2 * width], products[2 * width + 1]) = (Vector.Sum(s20), Vector.Sum(s21));
        (products[3 * width], products[3 * width + 1]) = (Vector.Sum(s30), Vector.Sum(s31));
        for (int t = b0.Length * Vector<double>.Count; t < length; t++)
            for (int k = 0; k < 4; k++)
            {
                products[k * width] += a[k][t] * b[0][t];
                products[k * width + 1] += a[k][t] * b[1][t];
            }
    }

    private static ReadOnlySpan<Vector<double>> Blocks(double[] vector, int length) =>
        MemoryMarshal.Cast<double, Vector<double>>(vector.AsSpan(0, length));
}
