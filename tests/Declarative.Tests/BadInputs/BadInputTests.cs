using TorchSharp;

namespace Declarative.Tests.BadInputs;

/// <summary>The table of bad inputs: each gives an exception of its type whose message names the culprit and the remedy, and leaves everything
/// as it was, so that training goes on as if it had never been. A row that would end the process ends this one.</summary>
public class BadInputTests
{
    private static readonly Dictionary<string, BadInput> rows = new BadInput[][]
    {
        [.. LossRows.All], [.. GraphRows.All], [.. BatchRows.All], [.. OptionRows.All], [.. RunRows.All], [.. ModelRows.All], [.. HyperparameterRows.All],
        [.. ProblemRows.All], [.. RuleRows.All], [.. CheckRows.All],
    }.SelectMany(area => area).ToDictionary(row => row.Name);

    private static readonly (string Name, GlocalOptions Options, bool HasRun)[] trainers =
    [
        ("forward mode, before the first step", new() { Window = Scene.Window }, false),
        ("forward mode", new() { Window = Scene.Window }, true),
        ("reverse mode, graphs kept", new() { Window = Scene.Window, Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Graphs }, true),
        ("reverse mode, checkpoints kept", new() { Window = Scene.Window, Mode = HypergradientMode.Reverse, Storage = ReverseStorage.Checkpoints }, true),
        ("implicit mode", new() { Window = Scene.Window, Mode = HypergradientMode.Implicit, Solver = new NeumannSeries { Terms = 5 } }, true),
    ];

    public static TheoryData<string> Names => [.. rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_in_words_and_changes_nothing(string name)
    {
        BadInput row = rows[name];
        foreach ((string trainer, GlocalOptions options, bool hasRun) in trainers)
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
        Assert.True(thrown?.GetType() == row.Exception, $"{row}, in {trainer}: {thrown?.ToString() ?? "nothing was thrown"}");
        foreach (string part in row.Says)
            Assert.True(thrown.Message.Contains(part, StringComparison.OrdinalIgnoreCase), $"{row}, in {trainer}: without \"{part}\": {thrown.Message}");
        Assert.True(thrown.Message.Length < 700 && !thrown.Message.Contains("frame #", StringComparison.Ordinal), $"{row}, in {trainer}: {thrown.Message}");
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
            Assert.Equal(Untroubled(row, options, hasRun), scene.Snapshot());
    }

    // The same without the bad input.
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
