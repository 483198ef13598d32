using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Nyström's approximation of the Hessian, H ≈ HΩ (ΩᵀHΩ)⁺ ΩᵀH, inverted by Woodbury's identity together with a damping
/// (Hataya and Yamada 2023): a fixed number of Hessian-vector products, no iteration, and nothing that can fail on a Hessian that is singular or
/// indefinite. For hyperparameters of losses and models.</summary>
/// <remarks>Ω is random with orthonormal columns (Frangella, Tropp and Udell 2023), which sees the large eigenvalues, rather than single columns of
/// H. Directions that it does not see count as flat: there v = ∇ℓ̃ / damping. Negative curvature is left out. Memory: 3 x rank vectors.</remarks>
public sealed record NystromSolver : ImplicitSolver
{
    /// <summary>The columns of Ω; at most p of them are used.</summary>
    public int Rank { get; init; } = 20;

    /// <summary>What is added to the Hessian's diagonal; positive.</summary>
    public double Damping { get; init; } = 0.01;

    /// <summary>The relative residual up to which a report calls the solution converged; nothing else depends on it.</summary>
    public double Tolerance { get; init; } = 0.1;

    /// <summary>Decides Ω, which is the same at every window.</summary>
    public int Seed { get; init; }

    internal override string Name => "Nyström";

    internal override void Check()
    {
        base.Check();
        CheckDamping(Damping);
        CheckTolerance(Tolerance);
        if (Damping == 0)
            throw new ArgumentException("Nyström's approximation is singular: it needs a positive Damping.");
        if (Rank < 1)
            throw new ArgumentException($"Nyström's approximation has a rank from 1 on, not {Rank}.");
    }

    internal override (Tensor Samples, SolverReport Report) Differentiate(StationaryPoint point)
    {
        (Tensor solution, SolverReport report) = Solve(point.HessianTimes, point.Slope);
        return (point.HypergradientOf(solution), report);
    }

    /// <summary>Solves (A + damping) v = b with the approximation of A.</summary>
    /// <param name="times">v ↦ A v, symmetric.</param>
    /// <param name="right">b [p].</param>
    internal (Tensor Solution, SolverReport Report) Solve(Func<Tensor, Tensor> times, Tensor right)
    {
        using var scope = NewDisposeScope();
        Tensor sketch = Sketch(right);
        int rank = (int)sketch.size(0);
        Tensor images = stack([.. Enumerable.Range(0, rank).Select(i => times(sketch.select(0, i)))]);
        Tensor core = Small(images.matmul(sketch.t()));
        string note = FormattableString.Invariant($"damping {Damping:G3}");
        if (!HostNumbers.Read(core).All(double.IsFinite))
            // For the trainer to see: a decomposition would only fail.
            return (right.Scale(double.NaN).MoveToOuterDisposeScope(), new(Name, rank, double.NaN, false, $"{note}; the Hessian is not finite"));
        (Tensor? factor, bool hasNegative) = Factor(core, images);
        Tensor solution = factor is null ? right.Scale(1 / Damping) : Woodbury(factor, right);
        Tensor residual = right.Add(times(solution), -1).AddInPlace(solution, -Damping);
        double whole = HostNumbers.Read(right.norm())[0];
        double relative = whole == 0 ? 0 : HostNumbers.Read(residual.norm())[0] / whole;
        return (solution.MoveToOuterDisposeScope(),
            new(Name, rank, relative, relative <= Tolerance, hasNegative ? $"{note}; negative curvature, left out" : note));
    }

    // Ωᵀ [k, p].
    private Tensor Sketch(Tensor like)
    {
        using var generator = new Generator(unchecked((ulong)Seed));
        Tensor random = randn([like.numel(), Math.Min(Rank, like.numel())], dtype: like.dtype, generator: generator);
        (Tensor orthonormal, _) = linalg.qr(random, linalg.QRMode.Reduced);
        return orthonormal.t().contiguous().to(like.device);
    }

    // B [m, p] with BᵀB the positive part of the approximation; null where that is zero. B = Λ^(-1/2) Uᵀ ΩᵀH, where ΩᵀHΩ = U Λ Uᵀ.
    private static (Tensor? Factor, bool HasNegative) Factor(Tensor core, Tensor images)
    {
        (Tensor values, Tensor vectors) = linalg.eigh(core.Add(core.t()).ScaleInPlace(.5), 'L');
        double[] ascending = HostNumbers.Read(values);
        double noise = 10 * ascending.Length * finfo(images.dtype).eps * ascending.Max(Math.Abs);
        int kept = ascending.Count(value => value > noise);
        if (kept == 0)
            return (null, ascending[0] < -noise);
        long first = ascending.Length - kept;
        Tensor scaled = vectors.narrow(1, first, kept).mul(values.narrow(0, first, kept).rsqrt());
        return (scaled.t().to(images.dtype).to(images.device).matmul(images), ascending[0] < -noise);
    }

    // (BᵀB + ρ)⁻¹ b = (b - Bᵀ (BBᵀ + ρ)⁻¹ B b) / ρ.
    private Tensor Woodbury(Tensor factor, Tensor right)
    {
        Tensor inner = Small(factor.matmul(factor.t()));
        inner.diagonal().ShiftInPlace(Damping);
        Tensor weights = linalg.solve(inner, Small(factor.mv(right)));
        return right.Add(factor.t().mv(weights.to(right.dtype).to(right.device)), -1).ScaleInPlace(1 / Damping);
    }

    private static Tensor Small(Tensor x) => HostNumbers.OnHost(x.to(ScalarType.Float64));
}
