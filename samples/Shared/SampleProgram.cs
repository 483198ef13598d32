using Declarative;

namespace Samples;

/// <summary>What the samples' programs have in common: what can go wrong is told in one line.</summary>
public static class SampleProgram
{
    /// <summary>Runs a program and turns what a user can mend into one line on the error output.</summary>
    /// <returns>The exit code: 0, 1 where training diverged, 2 where the command line or the data cannot be used.</returns>
    public static int Run(Action program)
    {
        try
        {
            program();
            return 0;
        }
        catch (Exception e) when (e is UsageException or InvalidDataException or IOException or UnauthorizedAccessException or LibTorchLoadException)
        {
            return Fail(e, 2);
        }
        catch (TrainingDivergedException e)
        {
            return Fail(e, 1);
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

    private static int Fail(Exception e, int exitCode)
    {
        Console.Error.WriteLine($"error: {e.Message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
