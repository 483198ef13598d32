using Samples.Study.Tables;

namespace Samples.Study.Outcomes;

/// <summary>Holds methods against each other: ratios with the same task and seed, then geometric means over the seeds of a task.</summary>
internal sealed class OutcomeComparison(IReadOnlyList<MethodOutcome> outcomes)
{
    private readonly Dictionary<(string, string, int), MethodOutcome> byPlace = outcomes.ToDictionary(item => (item.Task, item.Method, item.Seed));

    /// <summary>What one training costs whose settings are kept: the median, as a single one of a few seconds is not to be trusted.</summary>
    private readonly Dictionary<string, double> plain = outcomes.GroupBy(item => item.Task)
        .ToDictionary(group => group.Key, group => Statistics.Median(group.SelectMany(item => item.PlainSeconds)));

    public IReadOnlyList<MethodOutcome> Outcomes => outcomes;

    /// <summary>The tasks, in their order.</summary>
    public IReadOnlyList<string> Tasks => [.. OutcomeTasks.All.Select(task => task.Name).Where(name => outcomes.Any(item => item.Task == name))];

    /// <summary>The methods, in their order.</summary>
    public IReadOnlyList<string> Methods => [.. MethodOutcome.Methods.Where(name => outcomes.Any(item => item.Method == name))];

    /// <summary>What a method ended with on a task, over the seeds.</summary>
    public IReadOnlyList<MethodOutcome> Of(string task, string method) =>
        [.. outcomes.Where(item => item.Task == task && item.Method == method).OrderBy(item => item.Seed)];

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

    /// <summary>The processor time in plain trainings of the task, geometric mean over seeds.</summary>
    public double Cost(string task, string method) => Statistics.GeometricMean(Of(task, method).Select(item => item.CpuSeconds / plain[task]));
}
