using System.Text.RegularExpressions;

namespace Declarative.Reporting;

/// <summary>How often the outer steps of a group were taken on a number, and for what reason.</summary>
/// <param name="Source">The number.</param>
/// <param name="Reason">The reason, with # in place of numbers.</param>
internal readonly record struct DecisionKind(HypergradientSource Source, string Reason);

/// <summary>How many times, and the sum of the factors on those steps.</summary>
internal readonly record struct DecisionCount(long Times, double Scales);

/// <summary>Counts what was decided in a run, group by group, and keeps the last windows and rollbacks whole. Bounded, whatever a run decides.</summary>
internal sealed partial class DecisionLog
{
    private const int LastWindows = 8, LastRollbacks = 20, MostKinds = 30, MostTexts = 2_000;

    private readonly List<Dictionary<DecisionKind, DecisionCount>> counts = [];
    private readonly Dictionary<string, string> kinds = [];
    private readonly Queue<WindowReport> windows = new();
    private readonly Queue<RollbackReport> rollbacks = new();
    private IReadOnlyList<HyperparameterGroup> groups = [];

    /// <summary>Rollbacks so far.</summary>
    public long RollbackCount { get; private set; }

    public IReadOnlyCollection<RollbackReport> Rollbacks => rollbacks;

    /// <summary>The last windows, the oldest first.</summary>
    public IReadOnlyCollection<WindowReport> Windows => windows;

    public void Start(IReadOnlyList<HyperparameterGroup> groups)
    {
        this.groups = groups;
        counts.Clear();
        counts.AddRange(groups.Select(_ => new Dictionary<DecisionKind, DecisionCount>()));
        windows.Clear();
        rollbacks.Clear();
        RollbackCount = 0;
    }

    public void Add(WindowReport window)
    {
        windows.Enqueue(window);
        if (windows.Count > LastWindows)
            windows.Dequeue();
        for (int group = 0; group < groups.Count; group++)
            foreach (TrustDecision decision in window.Decisions.AsSpan(groups[group].Start, groups[group].Count))
                Add(counts[group], decision);
    }

    public void Add(RollbackReport rollback)
    {
        RollbackCount++;
        rollbacks.Enqueue(rollback);
        if (rollbacks.Count > LastRollbacks)
            rollbacks.Dequeue();
    }

    /// <summary>The kinds of decisions about a group, the most frequent first.</summary>
    public IEnumerable<(DecisionKind Kind, DecisionCount Count)> Of(int group) =>
        counts[group].OrderByDescending(kind => kind.Value.Times).Select(kind => (kind.Key, kind.Value));

    private void Add(Dictionary<DecisionKind, DecisionCount> ofGroup, TrustDecision decision)
    {
        DecisionKind kind = new(decision.Source, KindOf(decision.Reason ?? ""));
        if (ofGroup.Count >= MostKinds && !ofGroup.ContainsKey(kind))
            kind = kind with { Reason = "other reasons" };
        DecisionCount count = ofGroup.GetValueOrDefault(kind);
        ofGroup[kind] = new(count.Times + 1, count.Scales + decision.Scale);
    }

    private string KindOf(string reason)
    {
        if (reason.Length == 0)
            return reason;
        if (kinds.TryGetValue(reason, out string? kind))
            return kind;
        if (kinds.Count >= MostTexts)
            kinds.Clear();
        return kinds[reason] = Numbers().Replace(reason, "#");
    }

    [GeneratedRegex(@"[-+]?\d[\d,]*(\.\d+)?([eE][-+]?\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
