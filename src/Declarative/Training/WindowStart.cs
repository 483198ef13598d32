namespace Declarative;

/// <summary>All that a window changes, as it was at its start: θ, what the mode carries, and the model's buffers.</summary>
internal sealed class WindowStart : IDisposable
{
    private readonly ModeParts parts;
    private readonly TapeContext context;
    private readonly IHypergradientMode mode;
    private readonly KeptPoint point;
    private readonly ModeState carried;

    /// <summary>Saves it.</summary>
    public WindowStart(ModeParts parts, IHypergradientMode mode)
    {
        this.parts = parts;
        this.mode = mode;
        context = parts.OpenWindow();
        point = new(context);
        carried = mode.Save();
    }

    /// <summary>Goes back to it.</summary>
    public void Restore()
    {
        point.Restore();
        mode.Restore(carried);
    }

    /// <summary>A mode for any number of steps at once, that begins where this one began.</summary>
    public ReverseMode BeginReverse()
    {
        var reverse = new ReverseMode(parts, ReverseStorage.Checkpoints);
        reverse.Restore(carried);
        return reverse;
    }

    /// <summary>Where the window goes wrong from here, if its losses, gradients or parameters do. θ and the buffers are changed.</summary>
    public (long Step, string What)? Diagnose(InnerWindow window)
    {
        using OptimizerState state = carried.State.Copy();
        return WindowDiagnosis.Find(context, state, window);
    }

    /// <summary>Releases what was saved.</summary>
    public void Dispose()
    {
        point.Dispose();
        carried.Dispose();
    }
}
