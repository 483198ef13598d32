using Declarative.Koopman;

namespace Declarative.Tests.Koopman;

/// <summary>Samples in single precision, and some of the coordinates, are read like any others.</summary>
public class TrajectoryStorageTests
{
    private const int Length = 9, Width = 300;

    // Three blocks of coordinates; every number is one of single precision.
    private static readonly float[][] Rows = [.. Enumerable.Range(0, Length).Select(t =>
        Enumerable.Range(0, Width).Select(j => (float)Math.Sin(1 + t * Width + j)).ToArray())];

    private static readonly Trajectory Single = new(Rows);
    private static readonly Trajectory Double = new([.. Rows.SelectMany(row => row.Select(value => (double)value))], Width);

    [Fact]
    public void SinglePrecisionIsReadAsDoubles()
    {
        Assert.Equal((Length, Width), (Single.Length, Single.Width));
        for (int t = 0; t < Length; t++)
            Assert.Equal(Double[t].ToArray(), Single[t].ToArray());
        Assert.Equal(Rows[4][299], Single[4, 299]);
        Assert.Equal(Double.TailMean(), Single.TailMean());
        Trajectory part = Single.First(3);
        Assert.Equal(Double.First(3).TailMean(), part.TailMean());
        Assert.Throws<ArgumentOutOfRangeException>(() => part[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => part[0, Width]);
        Assert.Throws<ArgumentOutOfRangeException>(() => part[-1].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Double[0, Width]);
    }

    [Theory]
    [InlineData(5, 299, 2, 0, 2)]           // the later coordinate has the later sample
    [InlineData(5, 0, 2, 299, 2)]
    [InlineData(0, 130, 8, 1, 0)]
    public void UsableEndsBeforeTheFirstNumberThatIsNotFinite(int sample, int coordinate, int otherSample, int otherCoordinate, int expected)
    {
        float[][] rows = [.. Rows.Select(row => row.ToArray())];
        rows[sample][coordinate] = float.PositiveInfinity;
        rows[otherSample][otherCoordinate] = float.NaN;
        Assert.Equal(expected, new Trajectory(rows).Usable().Length);
        Assert.Same(Single, Single.Usable());
    }

    [Fact]
    public void RowsThatAreNoTrajectoryAreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new Trajectory(null!));
        Assert.Throws<ArgumentNullException>(() => new Trajectory([[1], null!]));
        Assert.Throws<ArgumentException>(() => new Trajectory([]));
        Assert.Throws<ArgumentException>(() => new Trajectory([[], []]));
        Assert.Contains("Sample 1 has 3", Assert.Throws<ArgumentException>(() => new Trajectory([[1, 2], [1, 2, 3]])).Message);
    }

    [Fact]
    public void SelectedCoordinatesAreThoseOfTheWhole()
    {
        int[] selected = [.. Enumerable.Range(0, 150).Select(i => 299 - 2 * i)];
        int[] again = [7, 140, 3];
        foreach (Trajectory whole in new[] { Single, Double })
        {
            Trajectory part = whole.Select(selected);
            Assert.Equal((Length, 150), (part.Length, part.Width));
            for (int t = 0; t < Length; t++)
            {
                Assert.Equal(selected.Select(j => (double)Rows[t][j]), part[t].ToArray());
                Assert.Equal(again.Select(i => (double)Rows[t][selected[i]]), part.Select(again)[t].ToArray());
            }
            Assert.Equal(Rows[8][selected[140]], part[8, 140]);
            Assert.Equal(selected.Select(j => whole.TailMean()[j]), part.TailMean());
        }
    }

    [Fact]
    public void DistinctValuesAreCountedOneAfterTheOther()
    {
        double[][] coordinates =
        [
            [0, 0, 0, 0, 0],
            [-0.0, 0, -0.0, 0, 0],
            [2, 2, 2, 2, 2],
            [0, 0, 0, 3, 3],
            [0, 0, 0, 0, 3],
            [1, 0, 1, 0, 1],
            [1, 2, 3, 4, 5],
            [1, 1, double.NaN, 1, 1],
        ];
        int[] expected = [0, 0, 1, 2, 2, 5, 5, 3];
        // Once narrow, once in several blocks.
        foreach (int copies in new[] { 1, 50 })
        {
            float[][] rows = [.. Enumerable.Range(0, 5).Select(t =>
                Enumerable.Range(0, 8 * copies).Select(j => (float)coordinates[j % 8][t]).ToArray())];
            Assert.Equal(Enumerable.Range(0, 8 * copies).Select(j => expected[j % 8]), new Trajectory(rows).CountDistinct());
        }
        Assert.Equal([0, 1], new Trajectory([0, 4], 2).CountDistinct());
        Assert.Equal([0, 0], new Trajectory([], 2).CountDistinct());
    }
}
