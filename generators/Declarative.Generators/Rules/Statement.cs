using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>A statement of the intermediate representation.</summary>
/// <param name="Source">The source statement it came from, for the comment above it.</param>
internal abstract record Statement(string Source);

/// <summary>Gives a variable its one value.</summary>
internal sealed record Let(Variable Target, Node Value, string Source) : Statement(Source);

/// <summary>A branch on something that is not active, and the variables that its two arms give a value.</summary>
internal sealed record Branch(
    Node Condition, EquatableArray<Statement> Then, EquatableArray<Statement> Else, EquatableArray<Merge> Merges, string Source) : Statement(Source)
{
    /// <summary>The variables whose derivatives both arms define for what follows; only in an adjoint step.</summary>
    public EquatableArray<Variable> Exports { get; init; } = EquatableArray<Variable>.Empty;
}

/// <summary>A variable whose value is that of one of the arms.</summary>
internal sealed record Merge(Variable Target, Node Then, Node Else);

/// <summary>Gives the derivative of a variable, its tangent or its adjoint, its one value. Only in a differentiated rule.</summary>
/// <param name="Target">The variable whose derivative it is.</param>
/// <param name="Terms">The sum; empty for a derivative that is zero.</param>
/// <param name="Rules">The names of the derivative rules used.</param>
internal sealed record DerivativeLet(Variable Target, EquatableArray<DerivativeTerm> Terms, EquatableArray<string> Rules, string Source) : Statement(Source)
{
    /// <summary>Whether it is another derivative as it is, and so shares its memory.</summary>
    public bool IsAlias => Terms.Count == 1 && Terms[0] is { Partial: Constant { Value: 1 }, Map: null or { IsView: true } };

    /// <summary>The value whose shape it has, where that must be read from it.</summary>
    public Variable? Like { get; init; }

    /// <summary>The same with its shape at hand: where only numbers contribute, nothing but the value tells it.</summary>
    public DerivativeLet WithShape() => Target is { Kind: ValueKind.Tensor, Extent: Extent.Unknown } && Terms.Count > 0
        && Terms.All(term => term.Of.Kind == ValueKind.Number) ? this with { Like = Target } : this;
}

/// <summary>A partial derivative times the tangent, or the adjoint, of a variable.</summary>
/// <param name="Partial">The factor of each entry.</param>
/// <param name="Of">The variable.</param>
/// <param name="Map">What the derivative of <paramref name="Of"/> passes through before; null for nothing.</param>
internal sealed record DerivativeTerm(Node Partial, Variable Of, LinearMap? Map = null);
