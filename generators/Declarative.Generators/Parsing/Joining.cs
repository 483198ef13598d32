using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Models;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;

namespace Declarative.Generators.Parsing;

/// <summary>One arm of a branch after it has been read.</summary>
internal sealed record Arm(List<Statement> Statements, Dictionary<ISymbol, Node> Values, Memory Memory, Node? Value);

/// <summary>Makes a merge of a value that two arms compute differently; null where that has been reported.</summary>
internal delegate Merge? Merging(string name, Node then, Node otherwise, bool isTemporary);

/// <summary>Joins what the names of the source refer to after either arm of a branch.</summary>
internal sealed class Joining(Arm then, Arm otherwise, Memory memory, Merging merge)
{
    private readonly Dictionary<(Reference Then, Reference Otherwise), Reference> cells = [];

    public List<Merge> Merges { get; } = [];

    /// <summary>The names that have a value after both arms.</summary>
    public Dictionary<ISymbol, Node> Values()
    {
        var values = new Dictionary<ISymbol, Node>(SymbolEqualityComparer.Default);
        foreach (KeyValuePair<ISymbol, Node> pair in then.Values)
            if (otherwise.Values.TryGetValue(pair.Key, out Node other)
                && Join(pair.Key is IMethodSymbol ? "result" : Identifier.Escape(pair.Key.Name), pair.Value, other, isTemporary: false) is { } joined)
                values[pair.Key] = joined;
        return values;
    }

    /// <summary>The value of the branch itself.</summary>
    public Node? Result() => then.Value is null || otherwise.Value is null ? null : Join("choice", then.Value, otherwise.Value, isTemporary: true);

    /// <summary>The cells of the names that are joined.</summary>
    public Memory Memory => memory;

    private Node? Join(string name, Node first, Node second, bool isTemporary)
    {
        if (first is TupleValue one && second is TupleValue other && one.Items.Count == other.Items.Count)
        {
            Node?[] items = [.. one.Items.Zip(other.Items, (left, right) => Join(name, left, right, isTemporary))];
            return items.Contains(null) ? null : new TupleValue(items.OfType<Node>().ToEquatable());
        }
        if (first.Kind == ValueKind.Tensor && second.Kind == ValueKind.Tensor && (first is Reference || second is Reference))
            return JoinCells(name, first as Reference ?? then.Memory.Hold(first), second as Reference ?? otherwise.Memory.Hold(second), isTemporary);
        Node left = first is Reference held ? then.Memory.ValueOf(held) : first;
        Node right = second is Reference otherHeld ? otherwise.Memory.ValueOf(otherHeld) : second;
        return JoinValues(name, left, right, isTemporary);
    }

    private Node? JoinCells(string name, Reference first, Reference second, bool isTemporary)
    {
        if (cells.TryGetValue((first, second), out Reference found))
            return found;
        if (JoinValues(name, then.Memory.ValueOf(first), otherwise.Memory.ValueOf(second), isTemporary) is not { } value)
            return null;
        Reference joined = memory.Merge(then.Memory, first, otherwise.Memory, second, value);
        cells.Add((first, second), joined);
        return joined;
    }

    private Node? JoinValues(string name, Node first, Node second, bool isTemporary)
    {
        if (first.Equals(second))
            return first;
        if (merge(name, first, second, isTemporary) is not { } merged)
            return null;
        Merges.Add(merged);
        return merged.Target;
    }
}
