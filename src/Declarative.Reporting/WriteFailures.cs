namespace Declarative.Reporting;

/// <summary>What logs and reports do where a file cannot be written while a run lasts: say so once, on the error output, and let the training go
/// on. Only what cannot be written at the start ends a run, before it has cost anything.</summary>
/// <param name="path">The file.</param>
internal sealed class WriteFailures(string path)
{
    private bool isTold;

    /// <summary>Begins anew: the next failure is told again.</summary>
    public void Reset() => isTold = false;

    /// <summary>Writes, or tells that it could not be done.</summary>
    /// <returns>Whether it was written.</returns>
    public bool Try(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!isTold)
                Console.Error.WriteLine($"'{path}' cannot be written: {NumberText.OneLine(e.Message)} The training goes on, and it is tried again.");
            isTold = true;
            return false;
        }
    }
}
