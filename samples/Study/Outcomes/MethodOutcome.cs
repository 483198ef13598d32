using Samples.Study.Cells;

namespace Samples.Study.Outcomes;

/// <summary>What a method ended with on a task, with one seed: of a search, the best of its trainings by validation loss, for the cost of all.</summary>
/// <param name="Task">The task.</param>
/// <param name="Method">The method.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Best">The training that counts.</param>
/// <param name="Cells">All its trainings.</param>
internal sealed record MethodOutcome(string Task, string Method, int Seed, CellResult Best, IReadOnlyList<CellResult> Cells)
{
    /// <summary>The cost of all trainings.</summary>
    public double CpuSeconds => Cells.Sum(cell => cell.CpuSeconds);

    /// <summary>The cost of each of its trainings whose settings were kept to the end.</summary>
    public IEnumerable<double> PlainSeconds => Method is TuningMethods.Fixed or OutcomeCells.RandomSearch or OutcomeCells.Grid or OutcomeCells.Cosine
        ? Cells.Where(cell => cell.Numbers[Outcome.Diverged] == 0).Select(cell => cell.CpuSeconds)
        : [];

    /// <summary>The validation loss at the end; of what is no number, infinity, so that it is no ratio that could get lost.</summary>
    public double ValidationLoss => Best.Numbers[Outcome.ValidationLoss] is var loss && double.IsNaN(loss) ? double.PositiveInfinity : loss;

    public double TestLoss => Best.Numbers[Outcome.TestLoss];

    public double TestAccuracy => Best.Numbers[Outcome.TestAccuracy];

    public bool IsDiverged => Best.Numbers[Outcome.Diverged] != 0;

    /// <summary>τ, of a method that tunes while training.</summary>
    public int? Window => Best.Numbers.TryGetValue("window", out double window) ? (int)window : null;

    /// <summary>All methods, in the order of the tables.</summary>
    public static IReadOnlyList<string> Methods => [TuningMethods.Fixed, .. TuningMethods.All.Select(method => method.Name), .. OutcomeCells.Searches];

    /// <summary>Puts the cells of each method together. A search counts when all its cells are in, and what failed without numbers is left
    /// out.</summary>
    public static IReadOnlyList<MethodOutcome> Of(IEnumerable<CellResult> cells) =>
    [
        .. from cell in cells
           group cell by (cell.Key.Task, cell.Key.Method, cell.Key.Seed) into all
           where all.Count() >= OutcomeCells.TrainingsOf(OutcomeTasks.All.Single(task => task.Name == all.Key.Task), all.Key.Method)
           let numbered = all.Where(cell => cell.Failure is null).ToArray()
           where numbered.Length > 0
           select new MethodOutcome(all.Key.Task, all.Key.Method, all.Key.Seed, numbered.MinBy(Badness)!, numbered),
    ];

    /// <summary>A training that broke off is worse than any that did not.</summary>
    private static double Badness(CellResult cell) =>
        cell.Numbers[Outcome.Diverged] == 0 && double.IsFinite(cell.Numbers[Outcome.ValidationLoss]) ? cell.Numbers[Outcome.ValidationLoss] : double.MaxValue;
}
