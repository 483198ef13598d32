namespace Declarative.Interop;

/// <summary>Settings of the whole process that are off for as long as somebody needs that; then they are as they were. Runs of several threads may overlap.</summary>
/// <param name="flags">The settings.</param>
internal sealed class ContextSwitch(Func<ContextFlag[]> flags)
{
    private readonly Lock gate = new();
    private readonly Lazy<ContextFlag[]> flags = new(flags);
    private int users;
    private Action restore = () => { };

    /// <summary>Whether there is anything to switch: libtorch exports the functions.</summary>
    public bool IsThere => flags.Value.Length > 0;

    /// <summary>Switches them off.</summary>
    /// <returns>Ends that for this user; may be disposed more than once.</returns>
    public IDisposable Off()
    {
        lock (gate)
        {
            if (users++ == 0)
            {
                bool[] former = [.. flags.Value.Select(flag => flag.IsEnabled())];
                foreach (ContextFlag flag in flags.Value)
                    flag.Enable(false);
                restore = () =>
                {
                    foreach ((ContextFlag flag, bool wasEnabled) in flags.Value.Zip(former))
                        flag.Enable(wasEnabled);
                };
            }
        }
        return new Use(this);
    }

    private sealed class Use(ContextSwitch of) : IDisposable
    {
        private bool isOver;

        public void Dispose()
        {
            lock (of.gate)
            {
                if (!isOver && --of.users == 0)
                    of.restore();
                isOver = true;
            }
        }
    }
}
