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

    /// <summary>A method's outcomes on a task, each with the best, by validation loss, of other methods with the same seed; without seeds that not
    /// all have.</summary>
    public IReadOnlyList<(MethodOutcome Own, MethodOutcome Best)> Pairs(string task, string method, params IReadOnlyList<string> others) =>
    [
        .. from own in Of(task, method)
           let found = others.Select(other => byPlace.GetValueOrDefault((task, other, own.Seed))).OfType<MethodOutcome>().ToArray()
           where found.Length == others.Count
           select (own, found.MinBy(item => item.ValidationLoss)!),
    ];

    /// <summary>The validation loss over that of the best of other methods, geometric mean over the seeds that all have; NaN without one.</summary>
    public double Ratio(string task, string method, params IReadOnlyList<string> others) =>
        Statistics.GeometricMean(Pairs(task, method, others).Select(pair => pair.Own.ValidationLoss / pair.Best.ValidationLoss));

    /// <summary>The same of test losses; which is the best of others is still chosen by validation loss.</summary>
    public double TestRatio(string task, string method, params IReadOnlyList<string> others) =>
        Statistics.GeometricMean(Pairs(task, method, others).Select(pair => pair.Own.TestLoss / pair.Best.TestLoss));

    /// <summary>The validation loss over that of local with tangents reset and the same window, as <see cref="Ratio"/>.</summary>
    public double RatioToReset(string task, string method) =>
        TuningMethods.ReferenceOf(Of(task, method).FirstOrDefault()?.Window) is { } reference ? Ratio(task, method, reference) : double.NaN;

    /// <summary>The processor time in plain trainings of the task, geometric mean over seeds.</summary>
    public double Cost(string task, string method) => Statistics.GeometricMean(Of(task, method).Select(item => item.CpuSeconds / plain[task]));
}
