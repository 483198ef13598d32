namespace Declarative;

/// <summary>What all modes have in common: o, which goes from window to window. Most carry nothing else.</summary>
internal abstract class WindowMode : IHypergradientMode
{
    /// <summary>Starts with the rules' initial state.</summary>
    protected WindowMode(ModeParts parts)
    {
        Parts = parts;
        State = parts.Optimizer.CreateState();
    }

    /// <summary>The problem.</summary>
    protected ModeParts Parts { get; }

    /// <summary>The learned hyperparameters that autograd sees.</summary>
    protected TensorLeaves Leaves => Parts.Leaves;

    /// <summary>o.</summary>
    protected OptimizerState State { get; }

    /// <inheritdoc/>
    public abstract WindowSamples Run(InnerWindow window);

    /// <inheritdoc/>
    public virtual void Discount(double factor)
    {
    }

    /// <inheritdoc/>
    public virtual ModeState Save() => new(State.Copy(), null);

    /// <inheritdoc/>
    public virtual void Restore(ModeState saved) => State.Become(saved.State);

    /// <inheritdoc/>
    public virtual void Dispose() => State.Dispose();
}
