using TorchSharp;

namespace Declarative.Tests.BadInputs;

/// <summary>The table of bad inputs: each gives an exception of its type whose message names the culprit and the remedy, and leaves everything
/// as it was, so that training goes on as if it had never been. A row that would end the process ends this one.</summary>
public class BadInputTests
{
    private static readonly (string Name, GlocalOptions Options, bool HasRun)[] trainers =
    [
        ("forward mode, before the first step", new() { Window = Scene.Window }, false),
        ("forward mode", new() { Window = Scene.Window }, true),
        ("reverse mode, graphs kept", new() { Window = Scene.Window, Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Graphs }, true),
        ("reverse mode, checkpoints kept", new() { Window = Scene.Window, Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Checkpoints }, true),
        ("implicit mode", new() { Window = Scene.Window, Mode = HypergradientMode.Implicit, Solver = new NeumannSeries { Terms = 5 } }, true),
    ];

    private static readonly Dictionary<string, (BadInput Row, int[] Trainers)> rows = new[]
    {
        InAll(GraphRows.All), InTurns(LossRows.All), InTurns(BatchRows.All), InTurns(RunRows.All), InTurns(ModelRows.All), InOne(HyperparameterRows.All), InOne(RuleRows.All),
        InOne(OptionRows.All), InOne(ProblemRows.All), InOne(CheckRows.All),
    }.SelectMany(area => area).ToDictionary(item => item.Row.Name);

    private static readonly Dictionary<(string Trainer, Aftermath After), string> untroubled = [];

    public static TheoryData<string> Names => [.. rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_in_words_and_changes_nothing(string name)
    {
        (BadInput row, int[] places) = rows[name];
        foreach ((string trainer, GlocalOptions options, bool hasRun) in places.Select(place => trainers[place]))
            if (hasRun || !row.NeedsSteps)
                Check(row, trainer, options, hasRun);
    }

    [Fact]
    public void The_table_is_as_long_as_was_asked_for() => Assert.InRange(rows.Count, 60, int.MaxValue);

    private static void Check(BadInput row, string trainer, GlocalOptions options, bool hasRun)
    {
        using var scope = torch.NewDisposeScope();
        using var scene = new Scene(options);
        if (hasRun)
            scene.Run();
        row.Prepare(scene);
        string before = row.After == Aftermath.Nothing ? "" : scene.Snapshot();
        Exception? thrown = Record.Exception(() => row.Act(scene));
        Assert.True(thrown is not null && thrown.GetType() == row.Exception, $"{row}, in {trainer}: {thrown?.ToString() ?? "nothing was thrown"}");
        string message = thrown!.Message;
        foreach (string part in row.Says)
            Assert.True(message.Contains(part, StringComparison.OrdinalIgnoreCase), $"{row}, in {trainer}: without \"{part}\": {message}");
        Assert.True(message.Length < 700 && !message.Contains("frame #", StringComparison.Ordinal), $"{row}, in {trainer}: {message}");
        if (row.After == Aftermath.Nothing)
            return;
        if (!row.IsLate)
            Assert.Equal(before, scene.Snapshot());
        scene.Repair();
        row.Repair(scene);
        if (row.After == Aftermath.NewTrainer)
            scene.ReplaceTrainer();
        scene.Run();
        if (!row.IsLate)
            Assert.Equal(Untroubled(row, trainer, options, hasRun), scene.Snapshot());
    }

    // What a row finds may depend on the mode: graphs in all, what every step does in one after the other, the rest in any.
    private static IEnumerable<(BadInput Row, int[] Trainers)> InAll(IEnumerable<BadInput> area) => area.Select(row => (row, new[] { 0, 1, 2, 3, 4 }));

    private static IEnumerable<(BadInput Row, int[] Trainers)> InTurns(IEnumerable<BadInput> area) =>
        area.Select((row, i) => (row, new[] { row.NeedsSteps ? 1 : i % trainers.Length }));

    private static IEnumerable<(BadInput Row, int[] Trainers)> InOne(IEnumerable<BadInput> area) => area.Select(row => (row, new[] { 1 }));

    // The same without the bad input; of most rows it is the same.
    private static string Untroubled(BadInput row, string trainer, GlocalOptions options, bool hasRun)
    {
        if (row.IsPrepared)
            return Untroubled(row, options, hasRun);
        if (!untroubled.TryGetValue((trainer, row.After), out string? found))
            untroubled.Add((trainer, row.After), found = Untroubled(row, options, hasRun));
        return found;
    }

    private static string Untroubled(BadInput row, GlocalOptions options, bool hasRun)
    {
        using var scene = new Scene(options);
        if (hasRun)
            scene.Run();
        row.Prepare(scene);
        row.Repair(scene);
        if (row.After == Aftermath.NewTrainer)
            scene.ReplaceTrainer();
        scene.Run();
        return scene.Snapshot();
    }
}
