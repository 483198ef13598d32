namespace Declarative;

/// <summary>All that a window changes, as it was at its start: θ, what the mode carries, and the model's buffers.</summary>
internal sealed class WindowStart : IDisposable
{
    private readonly TapeContext context;
    private readonly IHypergradientMode mode;
    private readonly KeptPoint point;
    private readonly ModeState carried;

    /// <summary>Saves it.</summary>
    public WindowStart(ModeParts parts, IHypergradientMode mode)
    {
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

    /// <summary>Lets another mode begin where this one began.</summary>
    public void GiveTo(IHypergradientMode other) => other.Restore(carried);

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
