using System.Diagnostics;
using Xunit.Abstractions;

namespace Declarative.Tests.Checkpoints;

/// <summary>A process that is killed, also while it writes a checkpoint, loses nothing that it had written.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 30;
    private const string Unfinished = "*.unfinished";

    private readonly string directory = Directory.CreateTempSubdirectory("declarative-").FullName;

    [Fact]
    public void Killed_thirty_times_a_run_ends_where_it_would_have_ended()
    {
        string expected = RunToItsEnd(Path.Combine(directory, "whole"));

        string folder = Path.Combine(directory, "killed");
        var random = new Random(7);
        int whileWriting = 0;
        long reached = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = Start(folder);
            string? first = process.StandardOutput.ReadLine();
            Assert.StartsWith("from ", first);
            long from = long.Parse(first![5..]);
            Assert.True(from >= reached, $"It had written step {reached}, and went on from {from}.");
            // Every other one while a checkpoint is being written; the others some time after one has been.
            if (kill % 2 == 0)
                Await(process, () => IsWriting(folder));
            else
            {
                Await(process, () => Reached(folder) > from);
                Thread.Sleep(random.Next(50));
            }
            bool wasRunning = !process.HasExited;
            process.Kill();
            process.WaitForExit();
            Assert.True(wasRunning, "The run ended before it was killed often enough.");
            foreach (string unfinished in Directory.GetFiles(folder, Unfinished))
            {
                whileWriting++;
                File.Delete(unfinished);
            }
            reached = Reached(folder);
        }
        output.WriteLine($"{Kills} kills, {whileWriting} of them while a checkpoint was being written; the last one at step {reached}");
        Assert.True(whileWriting > 0, "None was killed while it wrote.");
        Assert.True(reached >= 15 * 4, $"It only got to step {reached}.");

        Assert.Equal(expected, RunToItsEnd(folder));
        Assert.False(IsWriting(folder));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static bool IsWriting(string folder) => Directory.Exists(folder) && Directory.GetFiles(folder, Unfinished).Length > 0;

    private static long Reached(string folder) => new CheckpointFolder(folder).GetCheckpoints().Select(report => report.Step).FirstOrDefault();

    private static void Await(Process process, Func<bool> condition)
    {
        while (!process.HasExited && !condition())
            Thread.Yield();
    }

    private static string RunToItsEnd(string folder)
    {
        using Process process = Start(folder);
        string[] said = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith("done ", said[^1]);
        return said[^1];
    }

    private static Process Start(string folder) => Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        ["exec", typeof(KillTests).Assembly.Location, folder])
    {
        RedirectStandardOutput = true,
    })!;
}
