using System.Diagnostics;
using System.Globalization;
using Declarative.Benchmarks;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.DeviceTests;

/// <summary>Makes the checks on a device, and tells how they ended.</summary>
internal static class CheckVerb
{
    /// <summary>Makes them.</summary>
    /// <param name="device">The device.</param>
    /// <param name="only">What the name of a check must contain; null for all.</param>
    /// <param name="file">Where to write the table besides the console; null for nowhere.</param>
    /// <returns>1 where one failed, or there was none; otherwise 0.</returns>
    public static int Run(Device device, string? only, string? file)
    {
        var report = new Report("checks", "Checks on a device");
        string machine = $"Made on {DeviceDescription.Of(device)}, {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.";
        Console.WriteLine(machine);
        if (file is not null)
            report.KeepIn(file, machine);
        report.Table("check", "type", "compared", "largest deviation", "bar", "ok");
        var results = new List<CheckResult>();
        long start = Stopwatch.GetTimestamp();
        bool IsAsked(DeviceCheck check) => only is null || check.Name.Contains(only, StringComparison.OrdinalIgnoreCase);
        foreach ((DeviceCheck check, Precision precision) in AllChecks.Cases.Where(item => IsAsked(item.Check)))
        {
            CheckResult result = CheckResult.Of(check, new(device, precision));
            results.Add(result);
            report.Row(Cells(result));
        }
        int Count(CheckOutcome outcome) => results.Count(result => result.Outcome == outcome);
        string seconds = Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        report.Text($"In {seconds} s; {Count(CheckOutcome.Skipped)} skipped.");
        report.Text($"{Count(CheckOutcome.Passed)} passed, {Count(CheckOutcome.Failed)} failed");
        return Count(CheckOutcome.Failed) > 0 || results.Count == 0 ? 1 : 0;
    }

    private static string[] Cells(CheckResult result)
    {
        string compared = result.Worst is null ? "" : result.Compared == 1 ? result.Worst.What : $"{result.Worst.What} (of {result.Compared})";
        string ok = result.Outcome switch
        {
            CheckOutcome.Passed => "yes",
            CheckOutcome.Skipped => $"skipped: {result.Message}",
            _ => $"**no** {result.Message}",
        };
        return [result.Check.Name, $"{result.Place.Precision}", compared, result.Worst?.Deviation.ToScientific() ?? "", result.Worst?.Bar.ToScientific() ?? "", ok];
    }
}
