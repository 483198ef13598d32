using System.Globalization;
using System.Numerics;
using Declarative.Koopman;

namespace Declarative.Reporting;

/// <summary>Puts a report's page together, section by section.</summary>
internal sealed class ReportPage
{
    private const int PictureWidth = 1100, DiscWidth = 640, MostModes = 20;

    private readonly RunRecord run;
    private readonly TrainingPlan plan;
    private readonly IReadOnlyList<HyperparameterGroup> groups;
    private readonly IReadOnlyList<TraceRow> rows;
    private readonly HtmlPage page;

    private ReportPage(RunRecord run, string title)
    {
        this.run = run;
        plan = run.Plan ?? throw new InvalidOperationException("The run has not begun.");
        groups = run.Trace.Groups;
        rows = run.Trace.Rows;
        page = new HtmlPage(title);
        page.Title(title);
    }

    /// <summary>The page of a run that has begun.</summary>
    public static HtmlPage Of(RunRecord run, string title)
    {
        ReportPage report = new(run, title);
        report.Outcome();
        report.Hyperparameters();
        report.Pictures();
        report.Decisions();
        report.Modes();
        report.Settings();
        report.page.Data(ReportData.Id, new ReportData(run.From, run.Start, report.rows, run.Trace.Every).ToJson(report.groups));
        return report.page;
    }

    private static string Count(long value) => NumberText.Count(value);

    private void Outcome()
    {
        long end = plan.FirstStep + plan.Steps;
        page.Outcome(run.Outcome.ToString().ToLowerInvariant(), run.Outcome switch
        {
            RunOutcome.Completed => $"Completed: all {Count(end)} steps.",
            RunOutcome.Cancelled => $"Cancelled after step {Count(run.Step)} of {Count(end)}.",
            RunOutcome.Failed => $"Stopped by an error after step {Count(run.Step)} of {Count(end)}: {run.Failure!.GetType().Name}: {run.Failure.Message}",
            _ => $"Not finished: this page was written after step {Count(run.Step)} of {Count(end)}. If nothing trains any more, the program was ended before it could say so.",
        });
        double seconds = Math.Max(run.Elapsed.TotalSeconds, 1e-3);
        List<(string, string)> figures = [];
        if (rows.Count > 0)
            figures.AddRange([("validation loss", NumberText.Loss(rows[^1].ValidationLoss)), ("training loss", NumberText.Loss(rows[^1].TrainingLoss))]);
        figures.AddRange(
        [
            ("steps", Count(run.Step)),
            ("time", NumberText.Time(run.Elapsed)),
            ("steps/s", NumberText.Rate((run.Step - plan.FirstStep) / seconds)),
            ("outer windows", Count(run.Windows)),
            ("rollbacks", Count(run.Decisions.RollbackCount)),
            ("parameters", Count(plan.Parameters)),
            ("hyperparameters", $"{Count(plan.Names.Count)}, {Count(plan.Learned)} learned"),
        ]);
        page.Figures(figures);
        string mode = plan.Learned > 0 ? $" Hypergradients by {plan.Mode}." : "";
        page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"Started {run.StartedAt:yyyy-MM-dd HH:mm:ss} UTC.{mode}"));
        if (plan.FirstStep > 0)
            page.Paragraph(run.From < plan.FirstStep
                ? $"This run went on after step {Count(plan.FirstStep)}. Losses, hyperparameters and hypergradients before it are those of the report that was here; time, decisions and rollbacks are of this run alone."
                : $"This run went on after step {Count(plan.FirstStep)}; what was before it is not told here.");
        if (plan.Notes.Count > 0)
            page.List(plan.Notes);
    }

    private void Hyperparameters()
    {
        if (groups.Count == 0)
            return;
        page.Heading("Hyperparameters");
        Spread[] start = run.Start.Length > 0 ? run.Start : rows.Count > 0 ? rows[0].Values : [];
        page.Table(["name", "at the start", run.Outcome == RunOutcome.Completed ? "at the end" : $"after step {Count(run.Step)}", "last local hypergradient", "last estimate", "steps taken"], groups.Select((group, i) => (IReadOnlyList<string>)
        [
            group.Label,
            start.Length > 0 ? NumberText.Spread(start[i], group.IsWide) : "",
            rows.Count > 0 ? NumberText.Spread(rows[^1].Values[i], group.IsWide) : "",
            rows.Count > 0 ? Hypergradient(rows[^1].Local[i], group) : "",
            rows.Count > 0 ? Hypergradient(rows[^1].Estimate[i], group) : "",
            StepsTaken(i),
        ]));
        page.Paragraph("Hypergradients are derivatives of the validation loss with respect to the unconstrained coordinate in which a hyperparameter moves: " +
            "the logarithm of what is positive, the logit of what lies between 0 and 1. A positive one asks for a smaller value."
            + (groups.Any(group => group.IsWide) ? " Of many together, the median and the range." : ""));
    }

    private static string Hypergradient(Spread spread, HyperparameterGroup group) => double.IsNaN(spread.Median) ? "none" : NumberText.Spread(spread, group.IsWide);

    private string StepsTaken(int group)
    {
        long all = 0, taken = 0;
        foreach ((DecisionKind kind, DecisionCount count) in run.Decisions.Of(group))
        {
            all += count.Times;
            taken += kind.Source == HypergradientSource.None ? 0 : count.Times;
        }
        return $"{Count(taken)} of {Count(all)}";
    }

    private void Pictures()
    {
        if (rows.Count == 0)
            return;
        page.Heading("Course");
        string thinned = run.Trace.Every > 1 ? $" One window in {Count(run.Trace.Every)} is drawn." : "";
        TrajectoryPicture trajectory = new();
        trajectory.Add(run.Trace);
        string shown = groups.Count == 0 ? "Losses"
            : trajectory.HasMoved ? "Hyperparameters that moved, and losses," : "Hyperparameters, none of which moved, and losses";
        Picture(trajectory.Encode, PictureWidth, $"{shown} over the training steps{(groups.Any(group => group.IsWide) ? "; ranges of vectors as bands" : "")}." + thinned);
        HypergradientPicture hypergradients = new(run.Trace);
        if (!hypergradients.IsEmpty)
            Picture(hypergradients.Encode, PictureWidth,
                "Local hypergradients, which know their window (and what memory the tangents have), and the estimates of the global ones. Below 0 a larger value of the hyperparameter lowers the validation loss." + thinned);
        if (!run.Eigenvalues.IsEmpty)
            Picture(run.Eigenvalues.Encode, DiscWidth,
                "Koopman eigenvalues of the hypergradients' evolution, and the unit circle. What lies near the circle lasts, what lies near 0 is soon over; off the axis it oscillates.");
    }

    // A picture that cannot be drawn, of whatever numbers, costs neither the page nor the training.
    private void Picture(Func<int, byte[]> draw, int width, string description)
    {
        byte[] png;
        try
        {
            png = draw(width);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            page.Paragraph($"This picture could not be drawn: {description} ({e.GetType().Name}: {e.Message})");
            return;
        }
        page.Picture(png, width, description);
    }

    private void Decisions()
    {
        if (run.Windows == 0 || plan.Learned == 0)
            return;
        page.Heading("Decisions");
        page.Paragraph("Which number each outer step was taken on, how often, and why. # stands for a number.");
        page.Table(["hyperparameter", "step taken on", "times", "mean factor", "reason"], groups.SelectMany((group, i) => OfGroup(group, i)));
        if (run.Decisions.RollbackCount > 0)
        {
            page.Subheading($"{Count(run.Decisions.RollbackCount)} rollback{(run.Decisions.RollbackCount == 1 ? "" : "s")}");
            if (run.Decisions.RollbackCount > run.Decisions.Rollbacks.Count)
                page.Paragraph($"The last {run.Decisions.Rollbacks.Count}:");
            page.List(run.Decisions.Rollbacks.Select(RunText.Of));
        }
        page.Subheading($"The last {Count(run.Decisions.Windows.Count)} windows");
        page.Table(["step", "validation loss", .. groups.Select(group => group.Label)], run.Decisions.Windows.Select(window => (IReadOnlyList<string>)
        [
            Count(window.Step),
            NumberText.Loss(window.ValidationLoss),
            .. groups.Select(group => RunText.Decisions(window.Decisions.AsSpan(group.Start, group.Count))),
        ]));
    }

    private IEnumerable<IReadOnlyList<string>> OfGroup(HyperparameterGroup group, int index)
    {
        (DecisionKind Kind, DecisionCount Count)[] kinds = [.. run.Decisions.Of(index)];
        long all = kinds.Sum(kind => kind.Count.Times);
        return kinds.Select((kind, i) => (IReadOnlyList<string>)
        [
            i == 0 ? group.Label : "",
            kind.Kind.Source.ToString(),
            string.Create(CultureInfo.InvariantCulture, $"{kind.Count.Times:N0} ({100.0 * kind.Count.Times / all:0.#} %)"),
            kind.Kind.Source == HypergradientSource.None ? "" : (kind.Count.Scales / kind.Count.Times).ToString("0.00", CultureInfo.InvariantCulture),
            kind.Kind.Reason,
        ]);
    }

    private void Modes()
    {
        if (run.Koopman is not { } koopman)
            return;
        page.Heading("Modes");
        page.Paragraph($"How the hypergradient evolved in the window that ended at step {Count(koopman.Step)}, as the estimator's model has it: modes λᵗ around a limit, the slowest decay first.");
        page.Table(["eigenvalue", "half-life in steps", "period in steps", "largest amplitude", "of"], koopman.Report.Modes.Take(MostModes)
            .Select(mode => ModeRow(Eigenvalue(mode.Eigenvalue), Steps(mode.HalfLife), Steps(mode.Period), mode.Amplitudes))
            .Append(ModeRow("1 (the limit)", "-", "-", koopman.Report.Limit)));
        page.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"Raw spectral radius {koopman.Report.SpectralRadius:0.0000}; the modes leave {100 * koopman.Report.Residual:0.0###} % of the samples; {koopman.Report.Stride:0.###} step{(koopman.Report.Stride == 1 ? "" : "s")} a sample."));
    }

    private IReadOnlyList<string> ModeRow(string eigenvalue, string halfLife, string period, double[] amplitudes)
    {
        if (amplitudes.Length == 0)
            return [eigenvalue, halfLife, period, "not told", ""];
        int largest = amplitudes.Index().MaxBy(amplitude => double.IsNaN(amplitude.Item) ? -1 : Math.Abs(amplitude.Item)).Index;
        return [eigenvalue, halfLife, period, NumberText.Short(amplitudes[largest]), largest < plan.Names.Count ? plan.Names[largest] : ""];
    }

    private static string Eigenvalue(Complex value) => value.Imaginary == 0
        ? value.Real.ToString("0.0000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{value.Real:0.0000} ± {Math.Abs(value.Imaginary):0.0000}i");

    private static string Steps(double steps) => double.IsFinite(steps) ? steps.ToString("#,0.0", CultureInfo.InvariantCulture) : "-";

    private void Settings()
    {
        page.Heading("Settings");
        page.Table(["GlocalOptions", "value"], RunSettings.Of(plan.Options));
        if (run.Solver is { } solver)
            page.Paragraph($"The solver's last run: {SolverText.Of(solver)}.");
        if (run.LastCheckpoint is { } checkpoint)
            page.Paragraph($"{Count(run.Checkpoints)} checkpoint{(run.Checkpoints == 1 ? "" : "s")}; the last: {RunText.Of(checkpoint)}.");
        page.Heading("Environment");
        page.Table([], run.Environment);
    }
}
