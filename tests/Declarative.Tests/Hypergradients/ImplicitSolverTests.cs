using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.Hypergradients;

/// <summary>The solvers on matrices whose inverses are known.</summary>
public sealed class ImplicitSolverTests
{
    private const int Size = 12;

    [Fact]
    public void Conjugate_gradients_need_an_iteration_for_each_distinct_eigenvalue()
    {
        using var scope = NewDisposeScope();
        Tensor matrix = WithEigenvalues(1, 1, 1, 1, 4, 4, 4, 4, 9, 9, 9, 9);
        (Tensor solution, SolverReport report) = new ConjugateGradients { Tolerance = 1e-10 }.Solve(matrix.mv, Right());
        Assert.Equal(3, report.Iterations);
        Assert.True(report.IsConverged);
        AssertEqual(linalg.solve(matrix, Right()), solution, 1e-10);
    }

    [Fact]
    public void Conjugate_gradients_stop_at_their_tolerance_or_number_and_report_the_residual_that_is_left()
    {
        using var scope = NewDisposeScope();
        Tensor matrix = WithEigenvalues([.. Enumerable.Range(0, Size).Select(i => Math.Pow(2, i))]);
        double Residual(Tensor solution) => ((matrix.mv(solution) - Right()).norm() / Right().norm()).item<double>();
        (Tensor few, SolverReport cut) = new ConjugateGradients { Iterations = 4 }.Solve(matrix.mv, Right());
        Assert.Equal((4, false), (cut.Iterations, cut.IsConverged));
        Assert.Equal(Residual(few), cut.Residual, 1e-12);
        int before = 0;
        foreach (double tolerance in new[] { 1e-1, 1e-4, 1e-8 })
        {
            (Tensor solution, SolverReport report) = new ConjugateGradients { Tolerance = tolerance }.Solve(matrix.mv, Right());
            Assert.True(report.IsConverged && Residual(solution) <= tolerance * 1.0001, report.ToString());
            Assert.True(report.Iterations > before);
            before = report.Iterations;
        }
    }

    [Fact]
    public void Of_nothing_is_nothing()
    {
        using var scope = NewDisposeScope();
        Tensor none = zeros(Size, dtype: ScalarType.Float64), matrix = WithEigenvalues([.. Enumerable.Repeat(2.0, Size)]);
        (Tensor solution, SolverReport report) = new ConjugateGradients().Solve(matrix.mv, none);
        AssertEqual(none, solution, 0);
        Assert.Equal((0, 0.0, true), (report.Iterations, report.Residual, report.IsConverged));
        (solution, report) = new NystromSolver().Solve(matrix.mv, none);
        AssertEqual(none, solution, 0);
        Assert.True(report.IsConverged);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(100)]
    public void Nystrom_is_exact_from_the_rank_of_the_matrix_on_singular_cores_or_not(int rank)
    {
        using var scope = NewDisposeScope();
        Tensor matrix = WithEigenvalues(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5, 30);
        (Tensor solution, SolverReport report) = new NystromSolver { Rank = rank, Damping = .01 }.Solve(matrix.mv, Right());
        AssertEqual(linalg.solve(matrix + .01 * eye(Size, dtype: ScalarType.Float64), Right()), solution, 1e-9);
        Assert.True(report.Residual < 1e-9 && report.IsConverged, report.ToString());
        Assert.Equal(Math.Min(rank, Size), report.Iterations);
    }

    [Fact]
    public void Nystrom_sees_the_large_eigenvalues_first()
    {
        using var scope = NewDisposeScope();
        Tensor matrix = WithEigenvalues(.002, .002, .002, .002, .002, .002, .002, .002, .002, 1, 5, 30);
        SolverReport coarse = new NystromSolver { Rank = 2, Damping = .1 }.Solve(matrix.mv, Right()).Report;
        SolverReport fine = new NystromSolver { Rank = 6, Damping = .1 }.Solve(matrix.mv, Right()).Report;
        Assert.False(coarse.IsConverged);
        Assert.True(fine.IsConverged && fine.Residual < coarse.Residual / 5, $"{coarse.Residual}, {fine.Residual}");
    }

    [Fact]
    public void Nystrom_leaves_negative_curvature_out_and_says_so()
    {
        using var scope = NewDisposeScope();
        Tensor matrix = WithEigenvalues(-5, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), positive = WithEigenvalues(0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        (Tensor solution, SolverReport report) = new NystromSolver { Rank = Size, Damping = .1 }.Solve(matrix.mv, Right());
        AssertEqual(linalg.solve(positive + .1 * eye(Size, dtype: ScalarType.Float64), Right()), solution, 1e-9);
        Assert.Contains("negative curvature", report.Note);
        Assert.False(report.IsConverged);
    }

    [Fact]
    public void What_is_not_finite_stays_so()
    {
        using var scope = NewDisposeScope();
        Tensor Broken(Tensor direction) => direction * double.NaN;
        foreach ((Tensor solution, SolverReport report) in new[] { new ConjugateGradients().Solve(Broken, Right()), new NystromSolver().Solve(Broken, Right()) })
        {
            Assert.All(HostNumbers.Read(solution), value => Assert.True(double.IsNaN(value)));
            Assert.False(report.IsConverged);
        }
    }

    [Fact]
    public void Single_precision_is_enough_for_a_usual_tolerance()
    {
        using var scope = NewDisposeScope();
        Tensor matrix = WithEigenvalues(.1, .1, .2, .2, .3, .5, 1, 1, 1, 3, 5, 30).to(ScalarType.Float32), right = Right().to(ScalarType.Float32);
        Tensor exact = linalg.solve(matrix + .1f * eye(Size), right);
        AssertEqual(exact, new ConjugateGradients { Damping = .1 }.Solve(matrix.mv, right).Solution, 1e-4);
        AssertEqual(exact, new NystromSolver { Rank = Size, Damping = .1 }.Solve(matrix.mv, right).Solution, 1e-3);
    }

    private static Tensor WithEigenvalues(params double[] eigenvalues)
    {
        using var generator = new Generator(5);
        (Tensor vectors, _) = linalg.qr(randn([Size, Size], dtype: ScalarType.Float64, generator: generator), linalg.QRMode.Reduced);
        return (vectors * tensor(eigenvalues)).matmul(vectors.t());
    }

    private static Tensor Right()
    {
        using var generator = new Generator(6);
        return randn([Size], dtype: ScalarType.Float64, generator: generator);
    }

    private static void AssertEqual(Tensor expected, Tensor actual, double tolerance)
    {
        double error = HostNumbers.Read((expected - actual).norm())[0], scale = HostNumbers.Read(expected.norm())[0];
        Assert.True(error <= tolerance * scale, $"error {error}, scale {scale}");
    }
}
