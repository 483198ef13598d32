using Declarative.Benchmarks;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>A table of measurements.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="IsOfModels">Whether its rows are those of models.</param>
/// <param name="Work">How much it does, in words.</param>
/// <param name="Measure">Measures it and says whether all bars were kept.</param>
internal sealed record SpeedTable(string Name, bool IsOfModels, Func<SpeedSizes, string> Work, Func<Report, SpeedSizes, Device, bool> Measure)
{
    /// <summary>In the order in which they are measured.</summary>
    public static IReadOnlyList<SpeedTable> All { get; } =
    [
        new("overhead", true, OverheadTable.Work, OverheadTable.Measure),
        new("modes", true, ModeTable.Work, ModeTable.Measure),
        new("optimizers", false, OptimizerTable.Work, OptimizerTable.Measure),
        new("precision", true, PrecisionTable.Work, PrecisionTable.Measure),
    ];
}
