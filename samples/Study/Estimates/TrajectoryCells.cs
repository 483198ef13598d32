using System.Globalization;
using Declarative;
using Declarative.Koopman;
using Samples.Study.Cells;

namespace Samples.Study.Estimates;

/// <summary>Trajectories of local hypergradients, with the exact global ones that they lead to: one long window of forward mode from a
/// moment of training. Its first τ samples are the trajectory of a window of τ steps, its sample T is the global hypergradient at T.</summary>
/// <remarks>Momentum is zero where the window begins. What estimators make of the trajectories takes no training and is no cell:
/// <see cref="EstimatorComparison"/>.</remarks>
internal sealed class TrajectoryCells : IStudyPart
{
    /// <summary>The samples of a trajectory that are kept, besides those at the horizons: the longest window of the comparison.</summary>
    public const int KeptSamples = 100;

    /// <summary>The relative difference of both exact global hypergradients, where a cell computes the second one.</summary>
    public const string GlobalDifference = "globalDifference";

    private const string FullBatch = "full", MiniBatch = "mini";
    private const int MostSeeds = 2;

    private static readonly string[] Batches = [FullBatch, MiniBatch];

    public const string PartName = "estimates";

    public string Name => PartName;

    /// <summary>Methods stand for batches, settings for learning rate, momentum and moment.</summary>
    public IEnumerable<Cell> Cells(int seeds) =>
        from seed in Enumerable.Range(0, Math.Min(seeds, MostSeeds))
        from family in Family.All
        from batch in Batches
        from setting in Enumerable.Range(0, family.Settings.Length)
        from moment in family.Moments
        select new Cell(new(Name, family.Name, batch, Setting(family, setting, moment), seed), Ranks.Estimates(seed));

    /// <summary>Nothing: these cells' cost is no result.</summary>
    public void WarmUp(FashionMnistData data)
    {
    }

    public CellResult Run(CellKey key, FashionMnistData data)
    {
        Family family = Family.All.Single(item => item.Name == key.Task);
        (int setting, int moment) = (from s in Enumerable.Range(0, family.Settings.Length)
                                     from m in family.Moments
                                     where Setting(family, s, m) == key.Setting
                                     select (s, m)).Single();
        using FamilyProblem problem = family.Build(key.Method == FullBatch, setting, key.Seed, data);
        ProcessorClock clock = new();
        TrainPlainly(problem, moment);

        Recorder recorder = new();
        int last = family.Horizons[^1];
        using BilevelTrainer trainer = new(problem.Problem, new LaterBatches(problem.Training, moment), problem.Validation, new GlocalOptions
        {
            Window = last,
            Mode = HypergradientMode.Forward,
            Estimator = recorder,
            // A coordinate of one sample is asked for as well, so that none is missing.
            Trust = new() { LeastDistinctSamples = 1 },
        });
        SortedDictionary<string, double> numbers = new(StringComparer.Ordinal);
        double[]? other = setting == 0 && moment == 0 && key.Seed == 0 ? [.. trainer.GlobalHypergradient(last).Where(double.IsFinite)] : null;
        trainer.Run(last);
        double[][] samples = recorder.Samples;
        if (other is not null)
            numbers[GlobalDifference] = Distance(samples[last - 1], other);

        int[] kept = [.. Enumerable.Range(1, KeptSamples), .. family.Horizons];
        return new()
        {
            Cell = key.ToString(),
            CpuSeconds = clock.Seconds,
            Numbers = numbers,
            Columns = ["step", .. problem.Problem.Hyperparameters.Where(item => item.IsLearned).Select(item => item.Name)],
            Series = [.. kept.Select(step => (double[])[step, .. samples[step - 1].Select(value => Rounded(value))])],
        };
    }

    /// <summary>The moment in a setting's name.</summary>
    public static int MomentOf(string setting) => int.Parse(setting[(setting.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private static void TrainPlainly(FamilyProblem problem, int steps)
    {
        if (steps == 0)
            return;
        Hyperparameter[] learned = [.. problem.Problem.Hyperparameters.Where(item => item.IsLearned)];
        problem.Problem.Hyperparameters.Fix();
        using (BilevelTrainer trainer = new(problem.Problem, problem.Training, problem.Validation, new GlocalOptions { Window = steps }))
            trainer.Run(steps);
        foreach (Hyperparameter item in learned)
            item.Learn();
    }

    /// <summary>The distance of two vectors, relative to the length of the first.</summary>
    private static double Distance(double[] first, double[] second) =>
        Math.Sqrt(first.Zip(second, (a, b) => (a - b) * (a - b)).Sum() / first.Sum(a => a * a));

    /// <summary>To eight digits: single precision has seven.</summary>
    private static double Rounded(double value) => double.Parse(value.ToString("G8", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Setting(Family family, int setting, int moment) => string.Create(CultureInfo.InvariantCulture,
        $"lr {family.Settings[setting].LearningRate} momentum {family.Settings[setting].Momentum} from {moment}");

    /// <summary>Batches from a later step on.</summary>
    private sealed class LaterBatches(IBatchSource all, long first) : IBatchSource
    {
        public Batch At(long step) => all.At(first + step);
    }

    /// <summary>An estimator that keeps the trajectory it is given.</summary>
    private sealed class Recorder : IHypergradientEstimator
    {
        public double[][] Samples { get; private set; } = [];

        public string Name => "recorder";

        public HypergradientEstimate Estimate(Trajectory trajectory, double horizon)
        {
            Samples = [.. Enumerable.Range(0, trajectory.Length).Select(i => trajectory[i].ToArray())];
            return new() { Value = Samples[^1] };
        }
    }
}
