using static TorchSharp.torch;

namespace Declarative.Tests;

/// <summary>For losses that need no data.</summary>
public sealed class NoBatches : IBatchSource
{
    public Batch At(long step) => new(empty(0), empty(0), empty(0));
}

/// <summary>Keeps the reports of a run.</summary>
public sealed class WindowRecorder : ITrainingObserver
{
    public List<WindowReport> Windows { get; } = [];

    public void OnWindow(WindowReport window) => Windows.Add(window);
}
