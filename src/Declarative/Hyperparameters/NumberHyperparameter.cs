namespace Declarative;

/// <summary>A number that an update rule reads: the value of a <c>double</c> field.</summary>
public sealed class NumberHyperparameter : Hyperparameter
{
    private readonly Action<double> write;

    /// <summary>Declares it; called by generated code.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="domain">The values it may take.</param>
    /// <param name="start">The value to start from.</param>
    /// <param name="write">Writes the annotated field.</param>
    public NumberHyperparameter(string name, HyperparameterDomain domain, double start, Action<double> write)
        : base(name, domain, start, 1, isVector: false)
    {
        this.write = write;
        Publish();
    }

    /// <inheritdoc/>
    private protected override void Publish() => write(Values[0]);
}
