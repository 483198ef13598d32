using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>The Neumann series through the problem's own update rule: reverse mode at a point that stands still (Lorraine, Vicol and Duvenaud
/// 2020, for any rule). Its partial sums tend to the hypergradient of the rule's fixed point, for hyperparameters of losses and models and also
/// for those of the rule that move that point, such as a weight decay.</summary>
/// <remarks>A term costs one Hessian-vector product and an adjoint step. The partial sums are a trajectory, oldest first, that an estimator
/// extrapolates to its limit. The series converges as fast as training itself would, and not at all where a step of training does not contract.</remarks>
public sealed record NeumannSeries : ImplicitSolver
{
    // More samples tell an estimator nothing new.
    private const int MostSamples = 100;

    // An adjoint that has grown by this much will not shrink again.
    private const double LargestGrowth = 1e3;

    /// <summary>The most terms.</summary>
    public int Terms { get; init; } = 100;

    /// <summary>The size of the adjoint θ̄ in the last two terms, relative to its first, at which to stop.</summary>
    public double Tolerance { get; init; } = 1e-6;

    internal override string Name => "Neumann series";

    internal override bool SeesUpdateRule => true;

    internal override void Check()
    {
        base.Check();
        CheckTolerance(Tolerance);
        if (Terms < 1)
            throw new ArgumentException($"A Neumann series has at least one term, not {Terms}.");
    }

    internal override (Tensor Samples, SolverReport Report) Differentiate(StationaryPoint point)
    {
        using var scope = NewDisposeScope();
        using OptimizerAdjoints adjoints = point.CreateAdjoints();
        Tensor leafAdjoint = point.Direct.clone();
        int stride = (Terms + MostSamples - 1) / MostSamples;
        var samples = new List<Tensor>();
        double first = HostNumbers.Read(point.Slope.norm())[0], previous = first, residual = first == 0 ? 0 : 1;
        int term = 0;
        do
        {
            using var sampleScope = NewDisposeScope();
            for (int i = 0; i < stride; i++, term++)
            {
                point.StepBack(adjoints, leafAdjoint);
                double size = HostNumbers.Read(adjoints.Parameter.norm())[0];
                // With momentum θ̄ may pass zero on its way, but not twice in a row.
                residual = first == 0 ? 0 : Math.Max(previous, size) / first;
                previous = size;
            }
            samples.Add(StationaryPoint.Sample(adjoints.Hyperparameters, leafAdjoint).MoveToOuterDisposeScope());
        }
        while (term + stride <= Terms && residual > Tolerance && residual < LargestGrowth);
        string note = residual > 1 ? "the adjoint grew: a step of training does not contract here" : "";
        return (stack(samples).MoveToOuterDisposeScope(), new(Name, term, residual, residual <= Tolerance, note));
    }
}
