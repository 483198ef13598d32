using static TorchSharp.torch;

namespace Declarative;

/// <summary>How implicit mode solves for the derivative of a stationary point. An instance holds settings only and can serve several runs.</summary>
public abstract record ImplicitSolver
{
    /// <summary>Training batches over whose mean loss the condition is taken: the last ones before the window's end. A graph is kept for each.
    /// With a batch source that gives the whole training set, one is exact.</summary>
    public int Batches { get; init; } = 1;

    /// <summary>What it is called in reports.</summary>
    internal abstract string Name { get; }

    /// <summary>Whether it goes through the update rule, and so knows the derivatives for the rule's hyperparameters.</summary>
    internal virtual bool SeesUpdateRule => false;

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    internal virtual void Check()
    {
        if (Batches < 1)
            throw new ArgumentException($"Implicit mode needs at least one training batch, not {Batches}.");
    }

    /// <summary>The hypergradient at a point.</summary>
    /// <returns>Samples of it, the best one last, [m, h + r], with respect to φ: the rules' hyperparameters first, then the leaves.</returns>
    internal abstract (Tensor Samples, SolverReport Report) Differentiate(StationaryPoint point);

    private protected static void CheckDamping(double damping)
    {
        if (!(damping >= 0) || double.IsInfinity(damping))
            throw new ArgumentException(FormattableString.Invariant($"Damping is a number from 0 on, not {damping}."));
    }

    private protected static void CheckTolerance(double tolerance)
    {
        if (!(tolerance >= 0))
            throw new ArgumentException(FormattableString.Invariant($"A tolerance is a number from 0 on, not {tolerance}."));
    }
}
