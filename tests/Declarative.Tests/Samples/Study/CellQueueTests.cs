using System.Collections.Concurrent;
using Declarative.Tests.Reporting;
using Samples.Study.Cells;

namespace Declarative.Tests.Samples.Study;

public sealed class CellQueueTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder["cells.jsonl"];

    [Fact]
    public void Goes_on_after_a_half_written_line_and_does_no_cell_twice()
    {
        Cell[] cells = [.. Enumerable.Range(0, 6).Select(seed => new Cell(Key(seed), seed))];
        new CellQueue(new(Path), () => new FakeWorker()).Run(cells[..4], jobs: 1, (_, _, _) => { });
        byte[] whole = File.ReadAllBytes(Path);
        File.WriteAllBytes(Path, whole[..^7]);

        CellFile file = new(Path);
        Assert.Equal(3, file.Results.Count);
        ConcurrentQueue<CellKey> done = [];
        new CellQueue(file, () => new FakeWorker(done)).Run(cells, jobs: 2, (_, _, _) => { });

        Assert.Equal([3, 4, 5], done.Select(key => key.Seed).Order());
        Assert.Equal([0, 1, 2, 3, 4, 5], new CellFile(Path).Results.Select(result => result.Key.Seed).Order());
        Assert.All(new CellFile(Path).Results, result => Assert.Equal(result.Key.Seed / 3.0, result.Numbers["third"]));
    }

    [Fact]
    public void Lower_ranks_come_first_and_progress_is_told()
    {
        ConcurrentQueue<CellKey> done = [];
        List<(int, int)> progress = [];
        new CellQueue(new(Path), () => new FakeWorker(done)).Run([new(Key(0), 9), new(Key(1), 2), new(Key(2), 2), new(Key(3), 1)], jobs: 1,
            (_, finished, all) => progress.Add((finished, all)));
        Assert.Equal([3, 1, 2, 0], done.Select(key => key.Seed));
        Assert.Equal([(1, 4), (2, 4), (3, 4), (4, 4)], progress);
    }

    [Fact]
    public void A_worker_that_ends_is_replaced_and_a_cell_that_always_ends_one_is_a_failure()
    {
        int started = 0;
        CellFile file = new(Path);
        new CellQueue(file, () => new FakeWorker { EndsOn = key => key.Seed == 1 || (key.Seed == 2 && started == 4), Number = ++started })
            .Run([new(Key(0), 0), new(Key(1), 1), new(Key(2), 2)], jobs: 1, (_, _, _) => { });
        Assert.Equal(5, started);
        Assert.Equal("ended", file.Results.Single(result => result.Key.Seed == 1).Failure);
        Assert.All(file.Results.Where(result => result.Key.Seed != 1), result => Assert.Null(result.Failure));
    }

    [Fact]
    public void Results_read_as_they_were_written_and_can_be_forgotten()
    {
        CellResult written = new()
        {
            Cell = "outcomes/a task, \"quoted\"/method/-/7",
            CpuSeconds = 1.5,
            Numbers = new() { ["loss"] = double.PositiveInfinity, ["other"] = 0.1 },
            Words = new() { ["divergence"] = "line\nbreak" },
            Columns = ["step"],
            Series = [[1], [double.NaN]],
        };
        CellFile file = new(Path);
        file.Add(written);
        file.Add(new() { Cell = Key(1).ToString(), Failure = "why" });
        CellResult read = new CellFile(Path).Results.Single(result => result.Key.Seed == 7);
        Assert.Equal(written.ToLine(), read.ToLine());
        Assert.Equal(double.PositiveInfinity, read.Numbers["loss"]);
        Assert.Equal(double.NaN, read.Series[1][0]);

        Assert.Equal(1, new CellFile(Path).Remove(key => key.Matches("outcomes/*/method")));
        Assert.Equal("why", Assert.Single(new CellFile(Path).Results).Failure);
    }

    [Fact]
    public void A_whole_line_that_is_no_result_is_named()
    {
        File.WriteAllText(Path, new CellResult { Cell = Key(0).ToString() }.ToLine() + "\nnonsense\n");
        Assert.Contains("Line 2", Assert.Throws<InvalidDataException>(() => new CellFile(Path)).Message);
    }

    [Fact]
    public void Keys_are_read_as_written_and_hash_alike_everywhere()
    {
        CellKey key = new("outcomes", "mlp-slow", "grid", "17", 2);
        Assert.Equal("outcomes/mlp-slow/grid/17/2", key.ToString());
        Assert.Equal(key, CellKey.Parse(key.ToString()));
        Assert.Throws<FormatException>(() => CellKey.Parse("outcomes/mlp-slow/grid/17"));
        Assert.True(key.Matches("slow/*/2"));
        Assert.False(key.Matches("slow/2"));
        Assert.Equal(1464317901, key.Hash());       // computed in another language
    }

    public void Dispose() => folder.Dispose();

    private static CellKey Key(int seed) => new("part", "task", "method", CellKey.Single, seed);

    private sealed class FakeWorker(ConcurrentQueue<CellKey>? done = null) : ICellWorker
    {
        public Func<CellKey, bool> EndsOn { get; init; } = _ => false;

        public int Number { get; init; }

        public CellResult? Do(CellKey key)
        {
            if (EndsOn(key))
                return null;
            done?.Enqueue(key);
            return new() { Cell = key.ToString(), Numbers = new() { ["third"] = key.Seed / 3.0 } };
        }

        public string Ending() => "ended";

        public void Dispose()
        {
        }
    }
}
