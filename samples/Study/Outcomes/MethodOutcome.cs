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

    /// <summary>The loss of guessing, and one beyond which all are alike.</summary>
    private static readonly double Guessing = Math.Log(FashionMnistData.Classes), Largest = 1000 * Guessing;

    /// <summary>The validation loss at the end.</summary>
    public double ValidationLoss => Counted(Outcome.ValidationLoss);

    /// <summary>The test loss at the end.</summary>
    public double TestLoss => Counted(Outcome.TestLoss);

    public double TestAccuracy => Best.Numbers[Outcome.TestAccuracy];

    public bool IsDiverged => Best.Numbers[Outcome.Diverged] != 0;

    /// <summary>τ, of a method that tunes while training.</summary>
    public int? Window => Best.Numbers.TryGetValue("window", out double window) ? (int)window : null;

    /// <summary>All methods, in the order of the tables.</summary>
    public static IReadOnlyList<string> Methods => [TuningMethods.Fixed, .. TuningMethods.All.Select(method => method.Name), .. OutcomeCells.Searches];

    /// <summary>Puts the cells of each method together. A search counts when all its cells are in, and what failed without numbers is left
    /// out.</summary>
    /// <remarks>The grid and the schedules of a task that differs from others in its start alone are theirs too.</remarks>
    public static IReadOnlyList<MethodOutcome> Of(IEnumerable<CellResult> cells)
    {
        MethodOutcome[] own = [.. OwnOf(cells)];
        return
        [
            .. own,
            .. from task in OutcomeTasks.All
               from item in own
               where item.Task == task.GridOf && item.Method is (OutcomeCells.Grid or OutcomeCells.Cosine)
               select item with { Task = task.Name },
        ];
    }

    private static IEnumerable<MethodOutcome> OwnOf(IEnumerable<CellResult> cells) =>
    [
        .. from cell in cells
           group cell by (cell.Key.Task, cell.Key.Method, cell.Key.Seed) into all
           where all.Count() >= OutcomeCells.TrainingsOf(OutcomeTasks.All.Single(task => task.Name == all.Key.Task), all.Key.Method)
           let numbered = all.Where(cell => cell.Failure is null).ToArray()
           where numbered.Length > 0
           select new MethodOutcome(all.Key.Task, all.Key.Method, all.Key.Seed, numbered.MinBy(Badness)!, numbered),
    ];

    /// <summary>A run that broke off leaves no trained model: it counts as guessing, or worse.</summary>
    private double Counted(string name)
    {
        double loss = Best.Numbers[name];
        return !(loss < Largest) ? Largest : IsDiverged ? Math.Max(loss, Guessing) : loss;
    }

    /// <summary>A training that broke off is worse than any that did not.</summary>
    private static double Badness(CellResult cell) =>
        cell.Numbers[Outcome.Diverged] == 0 && double.IsFinite(cell.Numbers[Outcome.ValidationLoss]) ? cell.Numbers[Outcome.ValidationLoss] : double.MaxValue;
}
