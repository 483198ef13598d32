namespace Declarative;

/// <summary>The ways to compute local hypergradients. All are exact and give the same numbers.</summary>
public enum HypergradientMode
{
    /// <summary>Forward mode carries one tangent for each of the q coordinates: q Hessian-vector products a step, memory for q tangents,
    /// and a window as long as one likes. For a handful of hyperparameters.</summary>
    Forward,

    /// <summary>Reverse mode keeps the window's states and goes back through them: one gradient and one Hessian-vector product a step
    /// whatever q is, memory for the window. For many hyperparameters.</summary>
    Reverse,
}
