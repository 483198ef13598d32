using Declarative;

namespace Samples;

/// <summary>What the samples' programs have in common: what can go wrong is told without a trace.</summary>
public static class SampleProgram
{
    /// <summary>Runs a program and turns what a user can mend into a message on the error output.</summary>
    /// <returns>The exit code: 0, or what the program has set; 1 where training diverged, 2 where the command line or the data cannot be used.</returns>
    public static int Run(Action program)
    {
        try
        {
            program();
            return Environment.ExitCode;
        }
        catch (Exception e) when (e is UsageException or InvalidDataException or IOException or UnauthorizedAccessException or LibTorchLoadException
            or CudaUnavailableException)
        {
            return Fail(e, 2);
        }
        catch (TrainingDivergedException e)
        {
            return Fail(e, 1);
        }
    }

    /// <summary>The same for a program that trains: asked to stop, by Ctrl+C, it ends in good order.</summary>
    /// <param name="program">Is given what asks it.</param>
    /// <returns>Also 130 where it was stopped.</returns>
    public static int Run(Action<CancellationToken> program)
    {
        using var stop = new StopSignal();
        try
        {
            return Run(() => program(stop.Token));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("stopped");
            return 130;
        }
    }

    /// <summary>Runs what begins to write into the output folder.</summary>
    /// <exception cref="UsageException">It cannot be written there.</exception>
    public static T Begin<T>(string folder, Func<string, T> begin) => Begin("--out", folder, begin);

    /// <summary>Runs what begins to write into a folder that an option names.</summary>
    /// <exception cref="UsageException">It cannot be written there.</exception>
    public static T Begin<T>(string option, string folder, Func<string, T> begin)
    {
        try
        {
            return begin(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option}: cannot write into '{folder}': {e.Message}");
        }
    }

    /// <summary>Says on the error output what went wrong.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(Exception e, int exitCode)
    {
        Console.Error.WriteLine($"error: {e.Message.TrimEnd().ReplaceLineEndings()}");
        // It lies beside a program that was published without libtorch.
        if (e is LibTorchLoadException && File.Exists(Path.Combine(AppContext.BaseDirectory, "run-with-pytorch.sh")))
            Console.Error.WriteLine("This program runs on the libtorch of an installed PyTorch: start it by run-with-pytorch.sh, which lies beside it and finds that.");
        return exitCode;
    }
}
