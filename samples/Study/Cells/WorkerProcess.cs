using System.Diagnostics;

namespace Samples.Study.Cells;

/// <summary>A process of this program that does cells, seen from the one that hands them out.</summary>
/// <remarks>TorchSharp's random generators belong to the process, so cells cannot share one at the same time.</remarks>
internal sealed class WorkerProcess : ICellWorker
{
    /// <summary>The hidden option that makes a process a worker.</summary>
    public const string Option = "--worker";

    private readonly Process process;

    public WorkerProcess()
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        ProcessStartInfo start = new(program, isHost ? [typeof(WorkerProcess).Assembly.Location, Option] : [Option])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // One thread, that sleeps while it waits: processor time is then what the work takes, whoever else is on the machine.
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        process = Process.Start(start)!;
    }

    /// <summary>Does a cell.</summary>
    /// <returns>Its result; null where the process ended instead.</returns>
    public CellResult? Do(CellKey key)
    {
        try
        {
            process.StandardInput.WriteLine(key.ToString());
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            return null;
        }
        return process.StandardOutput.ReadLine() is { } line ? CellResult.FromLine(line) : null;
    }

    /// <summary>How the process ended, once it has.</summary>
    public string Ending()
    {
        process.WaitForExit();
        return FormattableString.Invariant($"The process ended with exit code {process.ExitCode}.");
    }

    public void Dispose()
    {
        process.StandardInput.Dispose();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();
        process.Dispose();
    }
}
