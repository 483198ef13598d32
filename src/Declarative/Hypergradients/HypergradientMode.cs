namespace Declarative;

/// <summary>The ways to compute local hypergradients. Forward and reverse mode are exact and give the same numbers.</summary>
public enum HypergradientMode
{
    /// <summary>The cheaper of forward and reverse mode for the q, p, τ and memory at hand; the run's log says which and why.</summary>
    Automatic,

    /// <summary>Forward mode carries one tangent for each of the q coordinates: q Hessian-vector products a step, memory for q tangents,
    /// and a window as long as one likes. For a handful of hyperparameters, and the only one whose tangents can outlive a window.</summary>
    Forward,

    /// <summary>Reverse mode goes back through the window: at most one gradient and one Hessian-vector product a step whatever q is, memory
    /// for the window. For many hyperparameters.</summary>
    Reverse,
}
