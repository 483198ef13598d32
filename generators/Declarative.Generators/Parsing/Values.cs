using Declarative.Generators.Rules;

namespace Declarative.Generators.Parsing;

/// <summary>A tensor that has a name: the cell that holds it, whatever its value is by the time it is read. Never in a statement.</summary>
/// <param name="Cell">The number of the cell.</param>
internal sealed record Reference(int Cell) : Node(ValueKind.Tensor);

/// <summary>A tuple, or an array whose entries are written down. Never in a statement.</summary>
internal sealed record TupleValue(EquatableArray<Node> Items) : Node(NoKind)
{
    private const ValueKind NoKind = (ValueKind)(-1);

    /// <summary>What a method without a value gives.</summary>
    public static TupleValue Nothing { get; } = new(EquatableArray<Node>.Empty);
}
