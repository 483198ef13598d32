using System.Numerics;
using System.Runtime.InteropServices;

namespace Declarative.Koopman;

/// <summary>The two inner loops of all linear algebra here, and the small statistics on top of them.</summary>
internal static class Vectors
{
    /// <summary>Σ aᵢbᵢ over the length of <paramref name="a"/>; <paramref name="b"/> may be longer.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        ReadOnlySpan<Vector<double>> blocksOfA = MemoryMarshal.Cast<double, Vector<double>>(a);
        ReadOnlySpan<Vector<double>> blocksOfB = MemoryMarshal.Cast<double, Vector<double>>(b);
        Vector<double> even = Vector<double>.Zero, odd = Vector<double>.Zero;
        int block = 0;
        for (; block + 1 < blocksOfA.Length; block += 2)
        {
            even += blocksOfA[block] * blocksOfB[block];
            odd += blocksOfA[block + 1] * blocksOfB[block + 1];
        }
        if (block < blocksOfA.Length)
            even += blocksOfA[block] * blocksOfB[block];
        double sum = Vector.Sum(even + odd);
        for (int i = blocksOfA.Length * Vector<double>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>y += factor · x over the length of <paramref name="y"/>; <paramref name="x"/> may be longer.</summary>
    public static void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x)
    {
        x = x[..y.Length];
        Span<Vector<double>> blocksOfY = MemoryMarshal.Cast<double, Vector<double>>(y);
        ReadOnlySpan<Vector<double>> blocksOfX = MemoryMarshal.Cast<double, Vector<double>>(x);
        var factors = new Vector<double>(factor);
        for (int block = 0; block < blocksOfY.Length; block++)
            blocksOfY[block] += factors * blocksOfX[block];
        for (int i = blocksOfY.Length * Vector<double>.Count; i < y.Length; i++)
            y[i] += factor * x[i];
    }

    /// <summary>Multiplies every entry by <paramref name="factor"/>.</summary>
    public static void Scale(Span<double> y, double factor)
    {
        foreach (ref double entry in y)
            entry *= factor;
    }

    /// <summary>The Euclidean norm.</summary>
    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    /// <summary>The transpose of a matrix held as columns.</summary>
    public static double[][] Transpose(double[][] columns)
    {
        var transposed = new double[columns[0].Length][];
        for (int i = 0; i < transposed.Length; i++)
            transposed[i] = Array.ConvertAll(columns, column => column[i]);
        return transposed;
    }

    /// <summary>The median; sorts <paramref name="values"/> in place.</summary>
    public static double MedianInPlace(Span<double> values)
    {
        if (values.Length <= 8)
            InsertionSort(values);      // a median for each coordinate: the overhead of a sort counts
        else
            values.Sort();
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
    }

    private static void InsertionSort(Span<double> values)
    {
        for (int i = 1; i < values.Length; i++)
            for (int j = i; j > 0 && values[j] < values[j - 1]; j--)
                (values[j], values[j - 1]) = (values[j - 1], values[j]);
    }
}
