namespace Declarative.Reporting;

/// <summary>What a picture keeps of one run: a few numbers per window, whatever the number of hyperparameters.</summary>
internal sealed class TrajectoryTrace(string method) : ITrainingObserver
{
    private readonly List<double> steps = [], trainingLosses = [], validationLosses = [];
    private readonly List<(double Low, double Median, double High)[]> spreads = [];

    public string Method { get; } = method;

    public IReadOnlyList<HyperparameterGroup> Groups { get; private set; } = [];

    public IReadOnlyList<double> Steps => steps;

    public IReadOnlyList<double> TrainingLosses => trainingLosses;

    public IReadOnlyList<double> ValidationLosses => validationLosses;

    public void OnStarted(TrainingPlan plan)
    {
        Groups = HyperparameterGroup.Of(plan.Names);
        steps.Clear();
        trainingLosses.Clear();
        validationLosses.Clear();
        spreads.Clear();
    }

    public void OnWindow(WindowReport window)
    {
        steps.Add(window.Step);
        trainingLosses.Add(window.TrainingLoss);
        validationLosses.Add(window.ValidationLoss);
        spreads.Add([.. Groups.Select(group => group.Spread(window.Values))]);
    }

    /// <summary>The course of a group's values, by its name; null where this run had no such group.</summary>
    public (double Low, double Median, double High)[]? Course(string name)
    {
        for (int i = 0; i < Groups.Count; i++)
            if (Groups[i].Name == name)
                return [.. spreads.Select(window => window[i])];
        return null;
    }
}
