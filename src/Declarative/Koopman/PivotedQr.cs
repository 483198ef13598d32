namespace Declarative.Koopman;

/// <summary>A rank-revealing thin factorisation A = QR of a matrix held as columns, by modified Gram-Schmidt with column pivoting and
/// reorthogonalisation; columns that the others span, up to a tolerance, add nothing to Q.</summary>
internal sealed class PivotedQr
{
    private readonly List<double[]> basis = [];
    private readonly List<double[]> coefficients = [];
    private readonly List<int> pivots = [];

    /// <param name="columns">The columns of A, all of one length; not changed.</param>
    /// <param name="tolerance">What is left of a column counts as nothing below this fraction of the longest column.</param>
    public PivotedQr(double[][] columns, double tolerance)
    {
        double[][] rest = Array.ConvertAll(columns, column => (double[])column.Clone());
        double threshold = 0;
        while (Rank < Math.Min(columns.Length, columns[0].Length))
        {
            (int pivot, double length) = Longest(rest);
            if (Rank == 0)
                threshold = tolerance * length;
            if (!(length > threshold))
                break;

            double[] direction = rest[pivot];
            for (int i = 0; i < Rank; i++)
            {
                double correction = Vectors.Dot(basis[i], direction);
                coefficients[i][pivot] += correction;
                Vectors.AddScaled(direction, -correction, basis[i]);
            }
            length = Vectors.Norm(direction);
            var row = new double[columns.Length];
            row[pivot] = length;
            rest[pivot] = [];
            if (!(length > threshold))
                continue;
            Vectors.Scale(direction, 1 / length);
            for (int j = 0; j < rest.Length; j++)
            {
                if (rest[j].Length == 0)
                    continue;
                row[j] = Vectors.Dot(direction, rest[j]);
                Vectors.AddScaled(rest[j], -row[j], direction);
            }
            basis.Add(direction);
            coefficients.Add(row);
            pivots.Add(pivot);
        }
    }

    /// <summary>The numerical rank.</summary>
    public int Rank => basis.Count;

    /// <summary>The orthonormal columns of Q.</summary>
    public IReadOnlyList<double[]> Basis => basis;

    /// <summary>The rows of R, in the order of A's columns.</summary>
    public IReadOnlyList<double[]> Coefficients => coefficients;

    /// <summary>The least-squares solution x of Ax = y, 0 for columns that add nothing.</summary>
    /// <param name="projections">Qᵀy, one number per column of Q; overwritten.</param>
    /// <param name="solution">Receives x, one number per column of A.</param>
    public void Solve(Span<double> projections, Span<double> solution)
    {
        solution.Clear();
        for (int i = Rank - 1; i >= 0; i--)
        {
            double value = projections[i] / coefficients[i][pivots[i]];
            solution[pivots[i]] = value;
            for (int above = 0; above < i; above++)
                projections[above] -= coefficients[above][pivots[i]] * value;
        }
    }

    /// <summary>The least-squares solution for columns that are longer by the factors <paramref name="norms"/>; y may be shorter, 0 from there
    /// on.</summary>
    public double[] SolveNormalised(ReadOnlySpan<double> y, double[] norms)
    {
        double[] projections = new double[Rank], solution = new double[norms.Length];
        for (int i = 0; i < projections.Length; i++)
            projections[i] = Vectors.Dot(y, basis[i]);
        Solve(projections, solution);
        for (int i = 0; i < solution.Length; i++)
            solution[i] /= norms[i];
        return solution;
    }

    /// <summary>R⁻ᵀb over the columns that add something, one number per column of Q: Q R⁻ᵀb are the weights of y in bᵀx.</summary>
    public double[] SolveTransposed(ReadOnlySpan<double> b)
    {
        var forward = new double[Rank];
        for (int i = 0; i < Rank; i++)
        {
            double value = b[pivots[i]];
            for (int above = 0; above < i; above++)
                value -= coefficients[above][pivots[i]] * forward[above];
            forward[i] = value / coefficients[i][pivots[i]];
        }
        return forward;
    }

    /// <summary>bᵀ(AᵀA)⁻¹b over the columns that add something: the variance of bᵀx for unit variance of y.</summary>
    public double Leverage(ReadOnlySpan<double> b)
    {
        double[] forward = SolveTransposed(b);
        return Vectors.Dot(forward, forward);
    }

    private static (int Index, double Length) Longest(double[][] columns)
    {
        int longest = 0;
        double square = -1;
        for (int j = 0; j < columns.Length; j++)
        {
            double candidate = Vectors.Dot(columns[j], columns[j]);
            if (candidate > square)
                (longest, square) = (j, candidate);
        }
        return (longest, Math.Sqrt(square));
    }
}
