using Declarative;
using Declarative.Reporting;
using Samples.Study.Cells;

namespace Samples.Study.Outcomes;

/// <summary>How settings moved: a picture for each task, from the courses that the cells of seed 0 kept.</summary>
internal static class CoursePictures
{
    /// <summary>A picture has seven colours.</summary>
    private static readonly string[] Shown =
    [
        "local, reset, 50", "local, reset, 10, step .15", "local, discounted, 20", "local, carried, 20",
        "glocal, reset, 50", "local, guarded, 20", TuningMethods.Default,
    ];

    public static void Save(IEnumerable<CellResult> cells, string folder)
    {
        foreach (var task in cells.Where(cell => cell.Series.Length > 0).GroupBy(cell => cell.Key.Task))
        {
            TrajectoryPicture picture = new($"{task.Key}: what training learned about its own settings");
            CellResult[] shown = [.. Shown.SelectMany(name => task.Where(cell => cell.Key.Method == name && cell.Key.Seed == 0))];
            foreach (CellResult cell in shown)
                Replay(cell, picture.Observe(cell.Key.Method));
            if (shown.Length > 0)
                picture.Save(Path.Combine(folder, $"{task.Key}.png"));
        }
    }

    private static void Replay(CellResult cell, ITrainingObserver observer)
    {
        const int FirstSetting = 3;     // after step and losses: Course.Columns
        string[] names = cell.Columns[FirstSetting..];
        observer.OnStarted(new((long)cell.Series[^1][0], 1, names, 0, names.Length, "", []));
        foreach (double[] row in cell.Series)
            observer.OnWindow(new()
            {
                Window = 0,
                Step = (long)row[0],
                TrainingLoss = row[1],
                ValidationLoss = row[2],
                Values = row[FirstSetting..],
                Local = [],
                Estimate = [],
                Decisions = [],
            });
    }
}
