using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>Checks the hypergradients of a problem, in one call from a unit test: every mode against every other and against finite differences
/// in float64, what float32 costs in accuracy, and hyperparameters that cannot be learned as their hypergradient is zero.</summary>
/// <example><code>HypergradientCheck.Run(problem, trainingBatches, validationBatches).ThrowIfFailed();</code></example>
public static class HypergradientCheck
{
    /// <summary>Takes a few steps from where the problem is now, again and again, and compares.</summary>
    /// <param name="problem">The problem. It is given back as it was: parameters, buffers and hyperparameters to the bit and in their own type,
    /// what is learned and fixed, each module's training or evaluation mode. No parameter is replaced, so that optimizers and trainers that hold
    /// them go on. It must not be used by another thread meanwhile.</param>
    /// <param name="training">The training batches. Their floating-point inputs and targets are converted to the type of the check.</param>
    /// <param name="validation">The validation batches, of which the first is used.</param>
    /// <param name="options">What to do.</param>
    /// <returns>The table.</returns>
    /// <remarks>Buffers (batch-norm statistics) are constants of differentiation: runs with a hyperparameter moved see the buffers of the run with
    /// none moved, and a note says by how much finite differences with live ones deviate. Where a loss cannot be computed in float64, as it holds
    /// float32 tensors of its own, the check falls back to float32 and says so.</remarks>
    /// <exception cref="ArgumentException">An option makes no sense, nothing is learned, or the model's parameters cannot be trained.</exception>
    /// <exception cref="InvalidOperationException">A loss is not usable; the message says why.</exception>
    public static HypergradientCheckResult Run(BilevelProblem problem, IBatchSource training, IBatchSource validation, HypergradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        options ??= new();
        options.Check();
        if (!problem.Hyperparameters.Any(item => item.IsLearned))
            throw new ArgumentException("No hyperparameter of the problem is learned: there is nothing to check.", nameof(problem));
        using var scope = NewDisposeScope();
        using var borrowed = new BorrowedProblem(problem);
        return new Examination(borrowed, training, validation, options).Run();
    }

    private sealed class Examination(BorrowedProblem borrowed, IBatchSource training, IBatchSource validation, HypergradientCheckOptions options)
    {
        private readonly List<string> problems = [];
        private readonly List<string> notes = [];
        private readonly HyperparameterSet hyperparameters = borrowed.Problem.Hyperparameters;

        public HypergradientCheckResult Run()
        {
            using ReplayedRun run = Start();
            CheckThatRunsRepeat(run);
            double[]?[] modes = [.. CheckedMode.All.Select(mode => Try(run, mode))];
            double[][] known = [.. modes.OfType<double[]>()];
            double[] AtRow(int row) => [.. known.Select(mode => mode[row])];
            double largest = known.SelectMany(mode => mode).Select(Math.Abs).Where(double.IsFinite).DefaultIfEmpty(0).Max();
            var judgement = new CheckJudgement(run.Type, options.Tolerance, largest);
            int q = run.Coordinates.Count;
            int worst = Enumerable.Range(0, q).MaxBy(row => judgement.Spread(AtRow(row)));
            double spread = judgement.Spread(AtRow(worst));
            double[] hypergradient = known.FirstOrDefault() ?? new double[q];
            var rows = new SortedSet<int>(CheckSelection.Of(hyperparameters, run.Coordinates, hypergradient, options.Coordinates));
            if (!(spread <= judgement.Tolerance))
                rows.Add(worst);

            FiniteDifference[] differences = [.. rows.Select(row => FiniteDifference.Of(by => run.Moved(row, by), Unit(run, row), run.Type,
                judgement.Tolerance * judgement.Scale(AtRow(row)) / 4))];
            if (known.Length > 1)
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"In all {q} coordinates the modes differ by {spread:0.0e+00} at most (relative)."));
            NoteLiveBuffers(run, judgement, rows, differences);
            NoteUnvisited(run, hypergradient);
            int first = Array.FindIndex(modes, mode => mode is not null);
            double[]? single = first < 0 ? null : Single(run, CheckedMode.All[first]);
            HypergradientCheckRow[] written = [.. rows.Zip(differences, (row, difference) => new HypergradientCheckRow
            {
                Name = run.Coordinates.NameOf(row),
                FiniteDifference = difference.Value,
                FiniteDifferenceError = difference.Error,
                Forward = modes[0]?[row],
                Graphs = modes[1]?[row],
                States = modes[2]?[row],
                Checkpoints = modes[3]?[row],
                Deviation = judgement.Deviation(AtRow(row), difference),
                Float32Deviation = single is null ? null : CheckJudgement.Relative(single[row], hypergradient[row], judgement.Scale(hypergradient[row])),
                Verdict = judgement.Judge(AtRow(row), difference, IsReached(run, OwnerOf(run, row)), OthersMatter(run, OwnerOf(run, row), hypergradient)),
            })];
            FindProblems(run, judgement, [.. rows], written);
            NoteSigns(run, single, hypergradient, largest);
            notes.Add("Implicit mode is not compared: it supposes that training has come to rest, which a few steps do not bring about.");
            return new()
            {
                Rows = written,
                Problems = problems,
                Notes = notes,
                Coordinates = q,
                Parameters = run.ParameterCount,
                Steps = options.Steps,
                Type = run.Type,
                Tolerance = judgement.Tolerance,
            };
        }

        private ReplayedRun Start()
        {
            if (!options.ChangesType || borrowed.Type == ScalarType.Float64)
                return new(borrowed, training, validation, options, borrowed.Type);
            try
            {
                return new(borrowed, training, validation, options, ScalarType.Float64);
            }
            catch (Exception e)
            {
                // Where the problem itself is at fault, this throws again, and that is the exception to see.
                var run = new ReplayedRun(borrowed, training, validation, options, borrowed.Type);
                notes.Add($"Not in float64: {FirstLine(e)} Finite differences in {Name(borrowed.Type)} judge coarsely. Register the tensors that a loss or the "
                    + "model holds as buffers, or convert them where they are used.");
                return run;
            }
        }

        private void CheckThatRunsRepeat(ReplayedRun run)
        {
            (_, double once) = run.Moved(0, 0);
            (_, double again) = run.Moved(0, 0);
            if (once != again && !(Math.Abs(once - again) <= 1e-12 * Math.Abs(once)))
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"The same steps from the same start led to the validation losses {once:R} and {again:R}. ")
                    + "Batches and losses must be functions of the step's number: no random numbers but TorchSharp's, no memory of earlier calls.");
        }

        private double[]? Try(ReplayedRun run, CheckedMode mode)
        {
            if (run.Obstacle(mode) is { } obstacle)
            {
                notes.Add($"Without {mode.Name}: {obstacle}.");
                return null;
            }
            try
            {
                return run.Hypergradient(mode);
            }
            catch (Exception e)
            {
                problems.Add($"{mode.Name} threw {e.GetType().Name}: {FirstLine(e)}");
                return null;
            }
        }

        // φ = u of a real number may be large.
        private double Unit(ReplayedRun run, int row) => OwnerOf(run, row) is { Domain: RealDomain } ? Math.Max(1, Math.Abs(run.Coordinates.Read()[row])) : 1;

        private void NoteLiveBuffers(ReplayedRun run, CheckJudgement judgement, SortedSet<int> rows, FiniteDifference[] differences)
        {
            if (!run.BuffersChange)
                return;
            double largest = rows.Zip(differences, (row, constant) =>
            {
                var live = FiniteDifference.Of(by => run.Moved(row, by, liveBuffers: true), Unit(run, row), run.Type, double.PositiveInfinity);
                return CheckJudgement.Relative(live.Value, constant.Value, judgement.Scale(live.Value, constant.Value));
            }).Max();
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"The steps change buffers of the model, which are constants of differentiation. With live ones the finite ")
                + string.Create(CultureInfo.InvariantCulture, $"differences deviate by {largest:0.0e+00} at most (relative); that is no fault of a mode."));
        }

        private void NoteUnvisited(ReplayedRun run, double[] hypergradient)
        {
            foreach (Hyperparameter item in hyperparameters)
                if (item.IsVector && run.Coordinates.RowOf(item) is { } row && OthersMatter(run, item, hypergradient)
                    && hypergradient.AsSpan(row, item.Count).Count(0.0) is > 0 and var zeros)
                    notes.Add($"{item.Name}: {zeros} of {item.Count} entries were not visited in these steps.");
        }

        private double[]? Single(ReplayedRun run, CheckedMode mode)
        {
            if (run.Type != ScalarType.Float64 || !options.ChangesType)
                return null;
            try
            {
                using var single = new ReplayedRun(borrowed, training, validation, options, ScalarType.Float32);
                return single.Hypergradient(mode);
            }
            catch (Exception e)
            {
                notes.Add($"Not compared with float32: {FirstLine(e)}");
                return null;
            }
        }

        private void NoteSigns(ReplayedRun run, double[]? single, double[] hypergradient, double largest)
        {
            string[] turned = single is null ? [] : [.. Enumerable.Range(0, single.Length)
                .Where(row => Math.Sign(single[row]) * Math.Sign(hypergradient[row]) < 0 && Math.Abs(hypergradient[row]) > 1e-10 * largest).Select(run.Coordinates.NameOf)];
            if (turned.Length > 0)
                notes.Add($"In float32 the sign changes of {string.Join(", ", turned.Take(5))}{(turned.Length > 5 ? $" and {turned.Length - 5} more" : "")}.");
        }

        private void FindProblems(ReplayedRun run, CheckJudgement judgement, int[] rows, HypergradientCheckRow[] written)
        {
            foreach (HypergradientCheckRow row in written.Where(row => row.Verdict == HypergradientVerdict.Deviates))
            {
                double?[] values = [row.FiniteDifference, row.Forward, row.Graphs, row.States, row.Checkpoints];
                problems.Add(CheckWords.Deviation(row, judgement.Tolerance, judgement.Scale(values.OfType<double>())));
            }
            foreach (Hyperparameter item in hyperparameters.Where(item => run.Coordinates.RowOf(item) is not null))
            {
                HypergradientCheckRow[] own = [.. rows.Zip(written).Where(pair => ReferenceEquals(OwnerOf(run, pair.First), item)).Select(pair => pair.Second)];
                if (own.All(row => row.Verdict is HypergradientVerdict.StructurallyZero or HypergradientVerdict.NumericallyZero))
                    (options.ZerosFail ? problems : notes).Add(CheckWords.Zero(item, own, IsReached(run, item), Belongs(item), options.Steps));
            }
            if (written.Any(row => row.Verdict == HypergradientVerdict.Undecided))
                notes.Add("Undecided: the finite differences of two step sizes disagree, at a kink (ReLU, max-pooling, a clipped value) or by rounding. "
                    + "Another seed, FirstStep or number of steps may miss it.");
        }

        private Hyperparameter OwnerOf(ReplayedRun run, int row) => hyperparameters.Last(item => run.Coordinates.RowOf(item) <= row);

        private bool Belongs(Hyperparameter item) =>
            item is not NumberHyperparameter || borrowed.Problem.Groups.Any(group => group.Optimizer.Hyperparameters.Contains(item));

        private static bool IsReached(ReplayedRun run, Hyperparameter item) => !run.Unreached.Any(unreached => ReferenceEquals(unreached, item));

        private static bool OthersMatter(ReplayedRun run, Hyperparameter item, double[] hypergradient) =>
            hypergradient.AsSpan(run.Coordinates.RowOf(item)!.Value, item.Count).ContainsAnyExcept(0.0);

        private static string Name(ScalarType type) => type.ToString().ToLowerInvariant();

        private static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim();
    }
}
