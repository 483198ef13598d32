using System;

namespace Declarative.Generators.Rules;

/// <summary>The partial derivative of an operation with respect to one argument, as an expression in its arguments x and its value z.</summary>
internal delegate Node Partial(EquatableArray<Node> x, Node z);

/// <summary>The linear map through which a tangent, or an adjoint, of one argument passes.</summary>
internal delegate LinearMap Passage(EquatableArray<Node> x, Node z, int argument);

/// <summary>What the shape of an operation's value is.</summary>
internal enum ShapeRule
{
    /// <summary>That of its arguments: it acts entry by entry.</summary>
    EntryByEntry,

    /// <summary>That of its first argument, of which it needs nothing else.</summary>
    Like,

    /// <summary>No dimension.</summary>
    Scalar,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>What an operation is: how it is written, and how it is differentiated.</summary>
/// <param name="Rule">The name by which a reader knows its derivative.</param>
/// <param name="Tensor">How it is written where an argument is a tensor: <c>{0}.sin()</c>; null where it works on numbers only.</param>
/// <param name="Number">How it is written on numbers; null where it works on tensors only.</param>
/// <param name="Partials">Its partial derivatives; null for an argument without one.</param>
internal sealed record OperationDefinition(string Rule, string? Tensor, string? Number, params Partial?[] Partials)
{
    public ShapeRule Shape { get; init; }

    /// <summary>Whether the value shares memory with the first argument.</summary>
    public bool IsView { get; init; }

    /// <summary>What it gives, where that does not follow from its arguments.</summary>
    public ValueKind? Gives { get; init; }

    /// <summary>How tangents pass, after they have been multiplied by the partial derivative; null for entry by entry.</summary>
    public Passage? Forward { get; init; }

    /// <summary>How adjoints pass, before they are multiplied by the partial derivative.</summary>
    public Passage? Reverse { get; init; }

    /// <summary>Whether each entry depends on the same entry of its arguments only.</summary>
    public bool IsEntryByEntry => Forward is null && Shape is ShapeRule.EntryByEntry or ShapeRule.Like;

    /// <summary>∂z/∂(argument); 0 where there is none.</summary>
    public Node PartialOf(EquatableArray<Node> x, Node z, int argument)
    {
        // What takes any number of arguments treats them alike.
        Partial? partial = Partials.Length == 0 ? null : Partials[Math.Min(argument, Partials.Length - 1)];
        return partial is null || (argument >= Partials.Length && Forward is null) ? Constant.Zero : partial(x, z);
    }
}
