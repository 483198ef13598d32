namespace Declarative.Koopman;

/// <summary>The Hankel (time-delay) matrix of a trajectory and its shift by one sample, each centred by its own row means
/// unless asked not to be.</summary>
/// <remarks>
/// With n delays, q coordinates and M = m - n + 1 windows, column i stacks the samples i ... i + n - 1; <see cref="Past"/> holds the
/// windows 0 ... M - 2 and <see cref="Future"/> the windows 1 ... M - 1, both [nq, M - 1]. Centring is the same as giving the model a
/// constant observable, g' = Kg + b: the eigenvalue 1, the limit itself, is then in the model exactly and no noise can bias it
/// (Hirsh, Harris, Kutz, Brunton, "Centering data improves the dynamic mode decomposition", 2020).
/// </remarks>
internal sealed class HankelMatrix
{
    /// <param name="samples">Row-major [m, q].</param>
    /// <param name="width">The number of coordinates q.</param>
    /// <param name="delays">The number of samples n in a window, 1 ... m - 2.</param>
    /// <param name="centred">Whether the row means are taken out.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two pairs of windows would be left, or the window is empty.</exception>
    public HankelMatrix(double[] samples, int width, int delays, bool centred = true)
    {
        int pairs = samples.Length / width - delays;
        ArgumentOutOfRangeException.ThrowIfLessThan(delays, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 2, nameof(delays));
        Past = Windows(0);
        Future = Windows(1);

        double[][] Windows(int shift)
        {
            var windows = new double[pairs][];
            for (int i = 0; i < pairs; i++)
                windows[i] = samples.AsSpan((i + shift) * width, delays * width).ToArray();
            if (centred)
                Centre(windows);
            return windows;
        }
    }

    /// <summary>The windows but the last, as columns.</summary>
    public double[][] Past { get; }

    /// <summary>The windows but the first, as columns: what follows each column of <see cref="Past"/>.</summary>
    public double[][] Future { get; }

    private static void Centre(double[][] columns)
    {
        var means = new double[columns[0].Length];
        foreach (double[] column in columns)
            Vectors.AddScaled(means, 1.0 / columns.Length, column);
        foreach (double[] column in columns)
            Vectors.AddScaled(column, -1, means);
    }
}
