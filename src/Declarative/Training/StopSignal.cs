using System.Runtime.InteropServices;

namespace Declarative;

/// <summary>Cancels a run when the process is asked to stop: by Ctrl+C, or by the signal with which systems end a job. A second one ends the process
/// at once, as it would without this.</summary>
/// <example><code>
/// using var stop = new StopSignal();
/// trainer.Run(steps, checkpoints: folder, cancellation: stop.Token);
/// </code></example>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;

    /// <summary>Listens from now on.</summary>
    public StopSignal()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Listens no more.</summary>
    public void Dispose()
    {
        // The source is not: a signal may be on its way.
        interrupt.Dispose();
        terminate.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
            return;
        context.Cancel = true;
        source.Cancel();
    }
}
