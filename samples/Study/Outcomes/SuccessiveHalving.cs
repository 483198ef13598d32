using Declarative;
using Samples.Study.Cells;

namespace Samples.Study.Outcomes;

/// <summary>Successive halving (Jamieson and Talwalkar 2016): many settings are trained a little, the better half goes on, and so on. It costs
/// as much as five trainings.</summary>
internal static class SuccessiveHalving
{
    private const int Settings = 16;

    /// <summary>The fractions of the steps after which one half is left.</summary>
    private static readonly double[] Rungs = [1 / 8.0, 1 / 4.0, 1 / 2.0, 1];

    public static CellResult Run(CellKey key, OutcomeTask task, FashionMnistData data)
    {
        ProcessorClock clock = new();
        List<TaskTraining> going = [];
        try
        {
            foreach (Dictionary<string, double> settings in SearchRange.Draws(task.Space, key.Hash()).Take(Settings))
                going.Add(new(task, data, key.Seed, settings, options: null, validationBatch: 500));
            foreach (double rung in Rungs)
            {
                foreach (TaskTraining training in going)
                    training.Run(trainer => RunTo(trainer, (long)(rung * task.Steps)));
                // What broke off is worse than anything that did not.
                TaskTraining[] ranked = [.. going.OrderBy(training => training.Divergence is null ? 0 : 1).ThenBy(Loss)];
                foreach (TaskTraining beaten in ranked[((ranked.Length + 1) / 2)..])
                    beaten.Dispose();
                going = [.. ranked[..((ranked.Length + 1) / 2)]];
            }
            return Outcome.Of(key, going[0], clock);
        }
        finally
        {
            foreach (TaskTraining training in going)
                training.Dispose();
        }
    }

    private static void RunTo(BilevelTrainer trainer, long step) => trainer.Run(step - trainer.Steps);

    /// <summary>The validation loss, with what is no number last.</summary>
    private static double Loss(TaskTraining training) => training.Validate().Loss is var loss && double.IsNaN(loss) ? double.PositiveInfinity : loss;
}
