namespace Declarative;

/// <summary>The ways to compute local hypergradients. Forward and reverse mode are exact and give the same numbers; implicit mode gives those
/// to which they tend over windows that end in a stationary point.</summary>
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

    /// <summary>Implicit mode takes the parameters that a window reaches for the end of training, and differentiates the condition that they
    /// fulfil there: hypergradients that look back without limit, for any number of hyperparameters, as good as training has come to rest.
    /// It keeps the autograd graph of one training gradient and a few vectors, whatever the window is;
    /// <see cref="GlocalOptions.Solver"/> says how the linear system is solved.</summary>
    Implicit,
}
