using Declarative;

namespace Samples.Study.Outcomes;

/// <summary>Watches a run: counts its windows, and keeps some of them for a picture.</summary>
/// <param name="learned">The names of the settings to keep.</param>
/// <param name="steps">The steps of the whole run.</param>
internal sealed class Course(IReadOnlyCollection<string> learned, int steps) : ITrainingObserver
{
    /// <summary>How many windows are kept, about.</summary>
    private const int Points = 40;

    private readonly List<double[]> rows = [];
    private int[] columns = [];
    private long nextStep;

    /// <summary>The names of a row's numbers.</summary>
    public string[] Columns => ["step", "trainingLoss", "validationLoss", .. learned];

    /// <summary>The windows that were kept.</summary>
    public double[][] Rows => [.. rows];

    public int Windows { get; private set; }

    public int Rollbacks { get; private set; }

    public void OnStarted(TrainingPlan plan) => columns = [.. learned.Select(name => plan.Names.ToList().IndexOf(name))];

    public void OnWindow(WindowReport window)
    {
        Windows++;
        if (window.Step < nextStep && window.Step < steps)
            return;
        nextStep = window.Step + steps / Points;
        rows.Add([window.Step, Short(window.TrainingLoss), Short(window.ValidationLoss), .. columns.Select(column => Short(window.Values[column]))]);
    }

    public void OnRollback(RollbackReport rollback) => Rollbacks++;

    /// <summary>A picture needs no more than four digits.</summary>
    private static double Short(double value) =>
        double.Parse(value.ToString("G4", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
