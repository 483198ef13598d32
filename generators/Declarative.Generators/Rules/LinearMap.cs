namespace Declarative.Generators.Rules;

/// <summary>A linear map of tangents, or of adjoints, that is no product entry by entry: a sum over entries, a change of shape, a matrix
/// product. It is a method of the runtime's <c>LinearMaps</c>.</summary>
/// <param name="Method">The method, called on the tangent or the adjoint.</param>
/// <param name="Operands">Its further arguments.</param>
internal sealed record LinearMap(string Method, EquatableArray<Node> Operands)
{
    /// <summary>Whether what it gives may share memory with what it is given.</summary>
    public bool IsView { get; init; }

    /// <summary>Whether it sums, so that the method also takes a weight, as its first argument: w ↦ Σ w x.</summary>
    public bool TakesWeight { get; init; }

    /// <summary>What each entry is multiplied by before it is summed; null for 1.</summary>
    public Node? Weight { get; init; }

    /// <summary>The map of what has been multiplied entry by entry.</summary>
    public LinearMap Weighted(Node weight) => this with { Weight = weight, IsView = false };

    public static LinearMap Of(string method, params Node[] operands) => new(method, EquatableArray.Of(operands));
}
