using System.Diagnostics;

namespace Samples.Study.Cells;

/// <summary>Processor time of this process since the clock was made: what work costs, whoever else uses the machine.</summary>
internal sealed class ProcessorClock
{
    private readonly double start = Now();

    public double Seconds => Now() - start;

    private static double Now()
    {
        using Process self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }
}
