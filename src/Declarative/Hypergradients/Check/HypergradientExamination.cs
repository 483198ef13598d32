using Declarative.Interop;
using System.Globalization;

namespace Declarative;

/// <summary>Runs the modes and the finite differences of a check, and says what is wrong.</summary>
internal sealed class HypergradientExamination
{
    private readonly BilevelProblem problem;
    private readonly ReplayedRun run;
    private readonly HypergradientCheckOptions options;
    private readonly List<string> problems = [];
    private readonly List<string> notes;
    private readonly double[]?[] modes;
    private readonly double[][] known;
    private readonly double[] hypergradient;
    private readonly double largest;
    private readonly CheckJudgement judgement;
    private readonly int[] rows;
    private readonly FiniteDifference[] differences;
    private readonly HashSet<Hyperparameter> detached = [];

    /// <summary>Takes all runs.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="run">Its steps.</param>
    /// <param name="options">What to do.</param>
    /// <param name="notes">Takes the notes.</param>
    public HypergradientExamination(BilevelProblem problem, ReplayedRun run, HypergradientCheckOptions options, List<string> notes)
    {
        this.problem = problem;
        this.run = run;
        this.options = options;
        this.notes = notes;
        CheckThatRunsRepeat();
        var failures = new List<(CheckedMode Mode, string Sentence)>();
        modes = [.. CheckedMode.All.Select(mode => Try(mode, failures))];
        foreach (var same in failures.GroupBy(failure => failure.Sentence, failure => failure.Mode.Name))
            problems.Add($"{string.Join(", ", same)} failed: {same.Key}");
        known = [.. modes.OfType<double[]>()];
        hypergradient = known.FirstOrDefault() ?? new double[run.Coordinates.Count];
        largest = known.SelectMany(mode => mode).Select(Math.Abs).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        judgement = new(run.Type, options.Tolerance, largest);
        var chosen = new SortedSet<int>(CheckSelection.Of(problem.Hyperparameters, run.Coordinates, hypergradient, options.Coordinates));
        int worst = Enumerable.Range(0, run.Coordinates.Count).MaxBy(row => judgement.Spread(At(row)));
        double spread = judgement.Spread(At(worst));
        if (!(spread <= judgement.Tolerance))
            chosen.Add(worst);
        if (known.Length > 1)
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"In all {run.Coordinates.Count} coordinates the modes differ by {spread:0.0e+00} at most (relative)."));
        rows = [.. chosen];
        // A quarter of what is allowed: the error of the differences must not decide.
        differences = Array.ConvertAll(rows, row => Difference(row, judgement.Tolerance * judgement.Scale(At(row)) / 4));
        NoteLiveBuffers();
        NoteUnvisited();
        FindDetached();
    }

    /// <summary>The mode to run in another type too; nothing where none was run.</summary>
    public CheckedMode? Comparable => Array.FindIndex(modes, mode => mode is not null) is >= 0 and var first ? CheckedMode.All[first] : null;

    /// <summary>Judges.</summary>
    /// <param name="single">h [q] of that mode in float32, where it was computed.</param>
    public HypergradientCheckResult Conclude(double[]? single)
    {
        HypergradientCheckRow[] written = [.. rows.Zip(differences, (row, difference) => new HypergradientCheckRow
        {
            Name = run.Coordinates.NameOf(row),
            FiniteDifference = difference.Value,
            FiniteDifferenceError = difference.Error,
            Forward = modes[0]?[row],
            Graphs = modes[1]?[row],
            States = modes[2]?[row],
            Checkpoints = modes[3]?[row],
            Deviation = judgement.Deviation(At(row), difference),
            Float32Deviation = single is null ? null : CheckJudgement.Relative(single[row], hypergradient[row], judgement.Scale(hypergradient[row])),
            Verdict = judgement.Judge(At(row), difference, IsReached(OwnerOf(row)), OthersMatter(OwnerOf(row))),
        })];
        FindProblems(written);
        NoteSigns(single);
        notes.Add("Implicit mode is not compared: it supposes that training has come to rest, which a few steps do not bring about.");
        return new()
        {
            Rows = written,
            Problems = problems,
            Notes = notes,
            Coordinates = run.Coordinates.Count,
            Parameters = run.ParameterCount,
            Steps = options.Steps,
            Type = run.Type,
            Tolerance = judgement.Tolerance,
        };
    }

    private void CheckThatRunsRepeat()
    {
        (_, double once) = run.Moved(0, 0);
        (_, double again) = run.Moved(0, 0);
        if (!double.IsFinite(once))
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The validation loss after the steps is {once}."));
        else if (!(Math.Abs(once - again) <= 1e-12 * Math.Abs(once)))
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"The same steps from the same start led to the validation losses {once:R} and {again:R}. ")
                + "Batches and losses must be functions of the step's number: no random numbers but TorchSharp's, no memory of earlier calls.");
    }

    private double[]? Try(CheckedMode mode, List<(CheckedMode Mode, string Sentence)> failures)
    {
        try
        {
            if (run.Obstacle(mode) is not { } obstacle)
                return run.Hypergradient(mode);
            notes.Add($"Without {mode.Name}: {obstacle}.");
        }
        catch (Exception e)
        {
            failures.Add((mode, NativeErrors.Sentence(e)));
        }
        return null;
    }

    private double[] At(int row) => Array.ConvertAll(known, mode => mode[row]);

    // φ = u of a real number may be large.
    private FiniteDifference Difference(int row, double wanted, bool liveBuffers = false) => FiniteDifference.Of(by => run.Moved(row, by, liveBuffers),
        OwnerOf(row).Domain is RealDomain ? Math.Max(1, Math.Abs(run.Coordinates.Read()[row])) : 1, run.Type, wanted);

    private void NoteLiveBuffers()
    {
        if (!run.BuffersChange)
            return;
        double most = rows.Zip(differences, (row, constant) => Difference(row, double.PositiveInfinity, liveBuffers: true).Value is var live
            ? CheckJudgement.Relative(live, constant.Value, judgement.Scale(live, constant.Value)) : 0).Max();
        notes.Add("The steps change buffers of the model (batch-norm statistics), which are constants of differentiation. With live ones the finite "
            + string.Create(CultureInfo.InvariantCulture, $"differences deviate by {most:0.0e+00} at most (relative); that is no fault of a mode."));
    }

    private void NoteUnvisited()
    {
        foreach (Hyperparameter item in problem.Hyperparameters)
            if (item.IsVector && run.Coordinates.RowOf(item) is { } row && OthersMatter(item)
                && hypergradient.AsSpan(row, item.Count).Count(0.0) is > 0 and var zeros)
                notes.Add($"{item.Name}: {zeros} of {item.Count} entries were not visited in these steps.");
    }

    // All entries moved together: the few that are looked at need not be those that are read.
    private void FindDetached()
    {
        foreach (TensorHyperparameter item in run.Unreached)
        {
            int row = run.Coordinates.RowOf(item)!.Value;
            if (!FiniteDifference.Of(by => run.Moved(row, by, count: item.Count), 1, run.Type, double.PositiveInfinity).IsExactlyZero)
                detached.Add(item);
        }
    }

    private void NoteSigns(double[]? single)
    {
        if (single is null)
            return;
        string[] turned = [.. Enumerable.Range(0, single.Length).Where(row => single[row] * hypergradient[row] < 0
            && Math.Abs(hypergradient[row]) > 1e-10 * largest).Select(run.Coordinates.NameOf)];
        if (turned.Length > 0)
            notes.Add($"In float32 the sign changes of {CheckWords.Names(turned)}.");
    }

    private void FindProblems(HypergradientCheckRow[] written)
    {
        problems.AddRange(CheckWords.Deviations(rows.Zip(written).Where(pair => pair.Second.Verdict == HypergradientVerdict.Deviates)
            .Select(pair => (pair.Second, judgement.Scale([pair.Second.FiniteDifference, .. At(pair.First)]))), judgement.Tolerance));
        foreach (Hyperparameter item in problem.Hyperparameters.Where(item => run.Coordinates.RowOf(item) is not null))
        {
            HypergradientCheckRow[] own = [.. rows.Zip(written).Where(pair => ReferenceEquals(OwnerOf(pair.First), item)).Select(pair => pair.Second)];
            if (own.All(row => row.Verdict is HypergradientVerdict.StructurallyZero or HypergradientVerdict.NumericallyZero))
                (options.ZerosFail ? problems : notes).Add(!IsReached(item) ? CheckWords.Unreached(item, detached.Contains(item))
                    : own.Any(row => row.Verdict == HypergradientVerdict.NumericallyZero) ? CheckWords.NumericallyZero(item, own)
                    : CheckWords.WithoutEffect(item, Belongs(item), options.Steps));
        }
        if (known.Length > 0 && written.Any(row => row.Verdict == HypergradientVerdict.Undecided))
            notes.Add("Undecided: the finite differences of two step sizes disagree, at a kink (ReLU, max-pooling, a clipped value) or by rounding. "
                + "Another Seed, FirstStep or number of Steps may miss it.");
    }

    private Hyperparameter OwnerOf(int row) => problem.Hyperparameters.Last(item => run.Coordinates.RowOf(item) <= row);

    private bool Belongs(Hyperparameter item) =>
        item is not NumberHyperparameter || problem.Groups.Any(group => group.Optimizer.Hyperparameters.Any(own => ReferenceEquals(own, item)));

    private bool IsReached(Hyperparameter item) => !run.Unreached.Any(unreached => ReferenceEquals(unreached, item));

    private bool OthersMatter(Hyperparameter item) => hypergradient.AsSpan(run.Coordinates.RowOf(item)!.Value, item.Count).ContainsAnyExcept(0.0);
}
