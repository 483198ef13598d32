using System.Globalization;
using Declarative;
using Declarative.Koopman;
using Samples.Study.Cells;

namespace Samples.Study.Outcomes;

/// <summary>Trainings, each by one method: what they end with and what they cost. A setting of a search, a grid or a set of schedules is a
/// cell of its own; which is best is seen when all are in.</summary>
internal sealed class OutcomeCells : IStudyPart
{
    public const string RandomSearch = "random search", Halving = "successive halving", Grid = "grid", Cosine = "cosine schedules";

    /// <summary>The methods of many cells, or of many trainings in one: what tuning is held against.</summary>
    public static readonly IReadOnlyList<string> Searches = [RandomSearch, Halving, Grid, Cosine];

    public const string PartName = "outcomes";

    private const int RandomSettings = 6, Schedules = 20;

    public string Name => PartName;

    /// <summary>How many trainings of a task a method consists of, each a cell.</summary>
    public static int TrainingsOf(OutcomeTask task, string method) => method switch
    {
        RandomSearch => RandomSettings,
        Grid => SearchRange.Cross(task.Space).Count,
        Cosine => Schedules,
        _ => 1,
    };

    public IEnumerable<Cell> Cells(int seeds)
    {
        foreach (OutcomeTask task in OutcomeTasks.All)
        {
            CellKey Key(string method, int seed, string setting = CellKey.Single) => new(Name, task.Name, method, setting, seed);
            IEnumerable<Cell> Numbered(string method, int seed, int rank) => Enumerable.Range(0, TrainingsOf(task, method))
                .Select(i => new Cell(Key(method, seed, i.ToString(CultureInfo.InvariantCulture)), rank));

            for (int seed = 0; seed < seeds; seed++)
            {
                yield return new(Key(TuningMethods.Fixed, seed), Ranks.Methods(seed));
                foreach (TuningMethod method in TuningMethods.All)
                    yield return new(Key(method.Name, seed), Ranks.Methods(seed));
                yield return new(Key(Halving, seed), Ranks.Searches(seed));
                foreach (Cell cell in Numbered(RandomSearch, seed, Ranks.Searches(seed)))
                    yield return cell;
                if (seed >= task.GridSeeds || task.GridOf is not null)
                    continue;
                foreach (Cell cell in Numbered(Grid, seed, Ranks.Grids(seed)))
                    yield return cell;
                foreach (Cell cell in Numbered(Cosine, seed, Ranks.Grids(seed)))
                    yield return cell;
            }
        }
    }

    public void WarmUp(FashionMnistData data)
    {
        const int Steps = 100;
        OutcomeTask task = OutcomeTasks.All[0] with { Steps = Steps };
        Keep(new(Name, task.Name, TuningMethods.Fixed, CellKey.Single, 0), task, data, task.Start);
        // Reverse mode, and forward mode with a Koopman estimate.
        foreach (TangentMemory memory in (ReadOnlySpan<TangentMemory>)[TangentMemory.Reset, TangentMemory.Carried])
        {
            TuningMethod method = new("", _ => new GlocalOptions { Window = 20, Memory = memory, Estimator = new AffineHankelEstimator() });
            Tune(new(Name, task.Name, "", CellKey.Single, 0), task, data, method);
        }
    }

    public CellResult Run(CellKey key, FashionMnistData data)
    {
        OutcomeTask task = OutcomeTasks.All.Single(item => item.Name == key.Task);
        return key.Method switch
        {
            TuningMethods.Fixed => Keep(key, task, data, task.Start),
            RandomSearch => Keep(key, task, data, Drawn(key, task)),
            Grid => Keep(key, task, data, SearchRange.Cross(task.Space)[NumberOf(key)]),
            Cosine => Keep(key, task, data, Drawn(key, task), Schedule.Cosine(task.Steps)),
            Halving => SuccessiveHalving.Run(key, task, data),
            _ => Tune(key, task, data, TuningMethods.All.Single(method => method.Name == key.Method)),
        };
    }

    private static int NumberOf(CellKey key) => int.Parse(key.Setting, CultureInfo.InvariantCulture);

    /// <summary>The settings of a search's training, by its number.</summary>
    private static Dictionary<string, double> Drawn(CellKey key, OutcomeTask task) =>
        SearchRange.Draws(task.Space, (key with { Setting = CellKey.Single }).Hash()).ElementAt(NumberOf(key));

    private static CellResult Keep(CellKey key, OutcomeTask task, FashionMnistData data, IReadOnlyDictionary<string, double> settings,
        Schedule? learningRate = null)
    {
        ProcessorClock clock = new();
        using TaskTraining training = new(task, data, key.Seed, settings, options: null, validationBatch: 500, learningRate);
        training.Run(trainer => trainer.Run(task.Steps));
        return Outcome.Of(key, training, clock);
    }

    private static CellResult Tune(CellKey key, OutcomeTask task, FashionMnistData data, TuningMethod method)
    {
        ProcessorClock clock = new();
        GlocalOptions options = method.Options(task);
        using TaskTraining training = new(task, data, key.Seed, task.Start, options, method.ValidationBatch);
        Course course = new([.. task.Start.Keys], task.Steps);
        training.Run(trainer => method.Run(trainer, task, [course]));
        CellResult result = Outcome.Of(key, training, clock);
        result.Words[Outcome.Options] = options.ToString();
        if (method.HasWindows)
            result.Numbers["window"] = options.Window;
        result.Numbers["windows"] = course.Windows;
        result.Numbers["rollbacks"] = course.Rollbacks;
        return key.Seed > 0 ? result : result with { Columns = course.Columns, Series = course.Rows };
    }
}
