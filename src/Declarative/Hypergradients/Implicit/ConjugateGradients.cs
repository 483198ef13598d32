using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Conjugate gradients (Hestenes and Stiefel 1952) on (∂²ℓ/∂θ² + damping) v = ∇ℓ̃: one Hessian-vector product an iteration, and the
/// most accurate where the Hessian is positive. For hyperparameters of losses and models.</summary>
/// <remarks>The condition is ∇ℓ = 0, of the training loss alone. What an update rule adds to the gradient by itself (a fixed weight decay λ, with
/// which training comes to rest where ∇ℓ + λθ = 0) belongs into <see cref="Damping"/>.</remarks>
public sealed record ConjugateGradients : ImplicitSolver
{
    /// <summary>What is added to the Hessian's diagonal.</summary>
    public double Damping { get; init; }

    /// <summary>The residual, relative to the right-hand side, at which to stop.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>The most iterations.</summary>
    public int Iterations { get; init; } = 50;

    internal override string Name => "conjugate gradients";

    internal override void Check()
    {
        base.Check();
        CheckDamping(Damping);
        CheckTolerance(Tolerance);
        if (Iterations < 1)
            throw new ArgumentException($"Conjugate gradients need at least one iteration, not {Iterations}.");
    }

    internal override (Tensor Samples, SolverReport Report) Differentiate(StationaryPoint point)
    {
        (Tensor solution, SolverReport report) = Solve(point.HessianTimes, point.Slope);
        return (point.HypergradientOf(solution), report);
    }

    /// <summary>Solves (A + damping) v = b. A direction along which A + damping is not positive ends it: v is then what was reached before.</summary>
    /// <param name="times">v ↦ A v, symmetric.</param>
    /// <param name="right">b [p].</param>
    internal (Tensor Solution, SolverReport Report) Solve(Func<Tensor, Tensor> times, Tensor right)
    {
        using var scope = NewDisposeScope();
        Tensor solution = right.zeros_like(), residual = right.clone(), direction = right.clone();
        double whole = Dot(right, right), left = whole;
        int iterations = 0;
        string note = FormattableString.Invariant($"damping {Damping:G3}");
        // A NaN ends it too, and stays in the solution for the trainer to see.
        while (iterations < Iterations && left > Tolerance * Tolerance * whole)
        {
            using var iterationScope = NewDisposeScope();
            Tensor image = times(direction).Add(direction, Damping);
            double curvature = Dot(direction, image);
            if (curvature <= 0)
            {
                note += FormattableString.Invariant($"; negative curvature after {iterations} iterations: a larger Damping would go on");
                break;
            }
            double step = left / curvature;
            solution.AddInPlace(direction, step);
            residual.AddInPlace(image, -step);
            double next = Dot(residual, residual);
            direction.ScaleInPlace(next / left).AddInPlace(residual);
            left = next;
            iterations++;
        }
        double relative = whole == 0 ? 0 : Math.Sqrt(left / whole);
        return (solution.MoveToOuterDisposeScope(), new(Name, iterations, relative, relative <= Tolerance, note));
    }

    private static double Dot(Tensor x, Tensor y) => HostNumbers.Read(x.dot(y))[0];
}
