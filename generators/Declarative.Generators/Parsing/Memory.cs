using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Parsing;

/// <summary>The storage cells of tensors. Names that refer to one cell are one tensor: a write in place is seen through all of them.</summary>
internal sealed class Memory
{
    private readonly Dictionary<int, Cell> cells;
    private readonly Numbers numbers;

    public Memory()
    {
        cells = [];
        numbers = new();
    }

    private Memory(Memory other, bool withCells)
    {
        cells = withCells ? new(other.cells) : [];
        numbers = other.numbers;
    }

    /// <summary>A copy, for one arm of a branch.</summary>
    public Memory Copy() => new(this, withCells: true);

    /// <summary>No cell, but none will get a number that this one has given.</summary>
    public Memory Empty() => new(this, withCells: false);

    /// <summary>All cells.</summary>
    public IEnumerable<Reference> Cells => cells.Keys.Select(cell => new Reference(cell));

    public bool Has(Reference reference) => cells.ContainsKey(reference.Cell);

    public Node ValueOf(Reference reference) => cells[reference.Cell].Value;

    /// <summary>Puts a tensor into a cell of its own.</summary>
    public Reference Hold(Node value)
    {
        int cell = ++numbers.Last;
        cells.Add(cell, new(value, ImmutableHashSet.Create(cell), IsView: false));
        return new(cell);
    }

    /// <summary>Puts a view into a cell, which shares memory with what it is a view of.</summary>
    public Reference HoldView(Node value, Reference viewed)
    {
        Reference view = Hold(value);
        cells[view.Cell] = new(value, cells[viewed.Cell].Places, IsView: true);
        return view;
    }

    public void Set(Reference reference, Node value) => cells[reference.Cell] = cells[reference.Cell] with { Value = value };

    public bool IsView(Reference reference) => cells[reference.Cell].IsView;

    /// <summary>Whether two cells may share memory.</summary>
    public bool MayOverlap(Reference one, Reference other) =>
        one.Cell != other.Cell && cells[one.Cell].Places.Overlaps(cells[other.Cell].Places);

    /// <summary>Gives a variable another name, wherever it is held.</summary>
    public void Rename(Variable former, Variable named)
    {
        foreach (int cell in cells.Where(pair => former.Equals(pair.Value.Value)).Select(pair => pair.Key).ToArray())
            cells[cell] = cells[cell] with { Value = named };
    }

    /// <summary>Takes over what is in one cell in one arm of a branch, and in another cell in the other.</summary>
    /// <returns>The cell after the branch, which is the same where the arms' are.</returns>
    public Reference Merge(Memory then, Reference one, Memory otherwise, Reference other, Node value)
    {
        Cell first = then.cells[one.Cell];
        Cell second = otherwise.cells[other.Cell];
        Reference merged = one.Cell == other.Cell ? one : new(++numbers.Last);
        cells[merged.Cell] = new(value, first.Places.Union(second.Places), first.IsView || second.IsView);
        return merged;
    }

    // Where in memory it may be: the numbers of the cells that were there first.
    private readonly record struct Cell(Node Value, ImmutableHashSet<int> Places, bool IsView);

    private sealed class Numbers
    {
        public int Last { get; set; }
    }
}
