namespace Samples.Study.Cells;

/// <summary>A part of the study: its cells, and how one of them is done.</summary>
internal interface IStudyPart
{
    /// <summary>The first word of its cells' keys.</summary>
    string Name { get; }

    /// <summary>The cells, for seeds 0 ... <paramref name="seeds"/> - 1.</summary>
    IEnumerable<Cell> Cells(int seeds);

    /// <summary>Does a little of what its cells do, once in a process, so that compiling is no part of the cost of the first ones.</summary>
    void WarmUp(FashionMnistData data);

    /// <summary>Does a cell: a pure function of its key.</summary>
    CellResult Run(CellKey key, FashionMnistData data);
}
