namespace Declarative.Koopman;

/// <summary>Least squares over the rates of modes with amplitudes always at their best: minimise |Y - P(θ)C|² over θ, where C = P⁺(θ)Y
/// (Golub and Pereyra 1973; for dynamic mode decomposition Askham and Kutz, "Variable projection methods for an optimized dynamic mode
/// decomposition", 2018).</summary>
/// <param name="samples">Y as columns [m], one per coordinate.</param>
/// <param name="modes">The functions P.</param>
/// <param name="slowest">No rate's real part comes nearer to 0.</param>
internal sealed class VariableProjection(double[][] samples, DecayingModes modes, double slowest)
{
    private const int MostSteps = 40;
    private const double FirstDamping = 1e-3, LargestDamping = 1e8;

    /// <summary>Steps end where they gain less than this part.</summary>
    private const double SmallestGain = 1e-9;

    /// <summary>A mean square of what is left that is rounding, of samples of a size near 1.</summary>
    private const double Rounding = 1e-30;

    private readonly int length = samples[0].Length;

    /// <summary>Parameters with the amplitudes [coordinate][function] that are best for them and what these leave [coordinate][m].</summary>
    internal sealed record Point(double[] Parameters, PivotedQr Qr, double[][] Amplitudes, double[][] Residuals, double SumOfSquares);

    /// <summary>The best amplitudes for some parameters.</summary>
    public Point At(double[] parameters)
    {
        var qr = new PivotedQr(modes.Columns(parameters, length), AmplitudeFit.RankTolerance);
        double[][] amplitudes = new double[samples.Length][], residuals = new double[samples.Length][];
        double sum = 0;
        var projections = new double[qr.Rank];
        for (int j = 0; j < samples.Length; j++)
        {
            double[] residual = [.. samples[j]];
            for (int i = 0; i < projections.Length; i++)
            {
                projections[i] = Vectors.Dot(qr.Basis[i], residual);
                Vectors.AddScaled(residual, -projections[i], qr.Basis[i]);
            }
            sum += Vectors.Dot(residual, residual);
            qr.Solve(projections, amplitudes[j] = new double[modes.Size]);
            residuals[j] = residual;
        }
        return new(parameters, qr, amplitudes, residuals, sum);
    }

    /// <summary>The derivatives of all residuals by each parameter, coordinate after coordinate: -(P⊥ P' C + (P⁺)ᵀ P'ᵀ R).</summary>
    public double[][] Jacobian(Point point)
    {
        var jacobian = new double[modes.ParameterCount][];
        for (int p = 0; p < jacobian.Length; p++)
        {
            (int first, double[][] derivatives) = modes.Derivatives(point.Parameters, p, length);
            jacobian[p] = new double[length * samples.Length];
            for (int j = 0; j < samples.Length; j++)
            {
                Span<double> column = jacobian[p].AsSpan(j * length, length);
                var slopes = new double[modes.Size];
                for (int c = 0; c < derivatives.Length; c++)
                {
                    Vectors.AddScaled(column, -point.Amplitudes[j][first + c], derivatives[c]);
                    slopes[first + c] = Vectors.Dot(derivatives[c], point.Residuals[j]);
                }
                double[] inSpan = point.Qr.SolveTransposed(slopes);
                for (int i = 0; i < inSpan.Length; i++)
                    Vectors.AddScaled(column, -Vectors.Dot(column, point.Qr.Basis[i]) - inSpan[i], point.Qr.Basis[i]);
            }
        }
        return jacobian;
    }

    /// <summary>Goes from a start to the nearest minimum by Levenberg's and Marquardt's damped steps, each projected on the allowed rates.</summary>
    public Point Minimise(double[] start)
    {
        start = [.. start];
        modes.Project(start, slowest);
        Point best = At(start);
        double damping = FirstDamping, floor = Rounding * length * samples.Length;
        for (int step = 0; step < MostSteps && modes.ParameterCount > 0 && best.SumOfSquares > floor; step++)
        {
            double[][] jacobian = Jacobian(best);
            Point? next = null;
            for (; damping < LargestDamping; damping *= 5)
            {
                Point candidate = Moved(best, jacobian, damping);
                if (candidate.SumOfSquares < best.SumOfSquares)
                {
                    next = candidate;
                    break;
                }
            }
            if (next is null)
                break;
            bool settled = next.SumOfSquares > (1 - SmallestGain) * best.SumOfSquares;
            (best, damping) = (next, damping / 10);
            if (settled)
                break;
        }
        return best;
    }

    /// <summary>The point after the step δ that minimises |R + Jδ|² + μ Σ |Jᵢ|² δᵢ².</summary>
    private Point Moved(Point point, double[][] jacobian, double damping)
    {
        int rows = length * samples.Length;
        var columns = new double[jacobian.Length][];
        for (int p = 0; p < columns.Length; p++)
        {
            // Of unit length, so that a parameter that hardly matters is not taken for none.
            double norm = Vectors.Norm(jacobian[p]);
            columns[p] = new double[rows + columns.Length];
            if (norm > 0)
                Vectors.AddScaled(columns[p].AsSpan(0, rows), 1 / norm, jacobian[p]);
            columns[p][rows + p] = Math.Sqrt(damping);
        }
        var qr = new PivotedQr(columns, AmplitudeFit.RankTolerance);
        var projections = new double[qr.Rank];
        for (int i = 0; i < projections.Length; i++)
            for (int j = 0; j < samples.Length; j++)
                projections[i] -= Vectors.Dot(point.Residuals[j], qr.Basis[i].AsSpan(j * length));
        var move = new double[columns.Length];
        qr.Solve(projections, move);
        double[] parameters = [.. point.Parameters];
        for (int p = 0; p < parameters.Length; p++)
        {
            double norm = Vectors.Norm(jacobian[p]);
            parameters[p] += norm > 0 ? move[p] / norm : 0;
        }
        modes.Project(parameters, slowest);
        return At(parameters);
    }
}
