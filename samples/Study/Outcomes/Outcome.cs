using Samples.Study.Cells;

namespace Samples.Study.Outcomes;

/// <summary>What a training ended with, as a cell's result.</summary>
internal static class Outcome
{
    public const string ValidationLoss = "validationLoss", TestLoss = "testLoss", TestAccuracy = "testAccuracy", Diverged = "diverged";

    /// <summary>The options that a method stands for.</summary>
    public const string Options = "options";

    /// <summary>What comes before the name of a setting.</summary>
    public const string Setting = "setting.";

    /// <summary>Validates, stops the clock, tests.</summary>
    /// <remarks>Of a training that broke off, the losses are those of the last good point, and <see cref="Diverged"/> is 1.</remarks>
    public static CellResult Of(CellKey key, TaskTraining training, ProcessorClock clock)
    {
        Evaluation validation = training.Validate();
        double seconds = clock.Seconds;
        Evaluation test = training.Test();
        CellResult result = new() { Cell = key.ToString(), CpuSeconds = seconds };
        result.Numbers[ValidationLoss] = validation.Loss;
        result.Numbers[TestLoss] = test.Loss;
        result.Numbers[TestAccuracy] = test.Accuracy;
        result.Numbers[Diverged] = training.Divergence is null ? 0 : 1;
        if (training.Divergence is { } reason)
            result.Words["divergence"] = reason;
        foreach (Declarative.Hyperparameter item in training.Settings)
            result.Numbers[Setting + item.Name] = item.Values[0];
        return result;
    }
}
