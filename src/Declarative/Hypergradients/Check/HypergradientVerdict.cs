namespace Declarative;

/// <summary>What a <see cref="HypergradientCheck"/> says of one coordinate.</summary>
public enum HypergradientVerdict
{
    /// <summary>All modes agree with the finite difference.</summary>
    Agrees,

    /// <summary>A mode disagrees with the finite difference or with another mode. Always a failure.</summary>
    Deviates,

    /// <summary>No gradient reaches the hyperparameter (it is detached, or not read), or its hypergradient is exactly zero in every mode and
    /// nothing changes when it is moved.</summary>
    StructurallyZero,

    /// <summary>Its hypergradient is too small, beside the largest, to steer anything.</summary>
    NumericallyZero,

    /// <summary>An entry of a vector that these steps did not read, while they read others: the weight of an example in none of the batches.
    /// Never a failure.</summary>
    Unvisited,

    /// <summary>The finite differences of two step sizes disagree, so that they cannot judge: a kink (ReLU, max-pooling, a clipped value), or the
    /// rounding of a check in float32. The modes agree with each other, and lie between the slopes on both sides. Never a failure.</summary>
    Undecided,
}
