namespace Samples.Study.Cells;

/// <summary>A part of the study: its cells, and how one of them is done.</summary>
internal interface IStudyPart
{
    /// <summary>The first word of its cells' keys.</summary>
    string Name { get; }

    /// <summary>The cells, for seeds 0 ... <paramref name="seeds"/> - 1.</summary>
    IEnumerable<Cell> Cells(int seeds);

    /// <summary>Does a cell: a pure function of its key.</summary>
    CellResult Run(CellKey key, FashionMnistData data);
}
