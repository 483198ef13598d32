using Samples.Study.Tables;

namespace Samples.Study.Outcomes;

/// <summary>Holds methods against each other: ratios with the same task and seed, then geometric means over the seeds of a task.</summary>
internal sealed class OutcomeComparison(IReadOnlyList<MethodOutcome> outcomes)
{
    private readonly Dictionary<(string, string, int), MethodOutcome> byPlace = outcomes.ToDictionary(item => (item.Task, item.Method, item.Seed));

    public IReadOnlyList<MethodOutcome> Outcomes => outcomes;

    /// <summary>The tasks, in their order.</summary>
    public IReadOnlyList<string> Tasks => [.. OutcomeTasks.All.Select(task => task.Name).Where(name => outcomes.Any(item => item.Task == name))];

    /// <summary>The methods, in their order.</summary>
    public IReadOnlyList<string> Methods => [.. MethodOutcome.Methods.Where(name => outcomes.Any(item => item.Method == name))];

    /// <summary>What a method ended with on a task, over the seeds.</summary>
    public IReadOnlyList<MethodOutcome> Of(string task, string method) => [.. outcomes.Where(item => item.Task == task && item.Method == method).OrderBy(item => item.Seed)];

    /// <summary>The validation loss over another method's, geometric mean over the seeds that both have; NaN without one.</summary>
    public double Ratio(string task, string method, string other) => Statistics.GeometricMean(Of(task, method)
        .Where(item => byPlace.ContainsKey((task, other, item.Seed))).Select(item => item.ValidationLoss / byPlace[(task, other, item.Seed)].ValidationLoss));

    /// <summary>The validation loss over that of local with tangents reset and the same window, for each seed that has both.</summary>
    public IReadOnlyList<double> Relative(string task, string method) =>
    [
        .. from item in Of(task, method)
           let reference = byPlace.GetValueOrDefault((task, TuningMethods.ReferenceOf(item.Window ?? 0), item.Seed))
           where reference is not null
           select item.ValidationLoss / reference.ValidationLoss,
    ];

    /// <summary>The processor time over that of the fixed start's training, geometric mean over seeds: the cost in plain trainings.</summary>
    public double Cost(string task, string method) => Statistics.GeometricMean(Of(task, method)
        .Where(item => byPlace.ContainsKey((task, TuningMethods.Fixed, item.Seed))).Select(item => item.CpuSeconds / byPlace[(task, TuningMethods.Fixed, item.Seed)].CpuSeconds));
}
