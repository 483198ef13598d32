namespace Declarative;

/// <summary>Parameters of a model that an update rule of their own trains, with its own hyperparameters.</summary>
public sealed class ParameterGroup
{
    /// <summary>Declares a group.</summary>
    /// <param name="name">Its name; its hyperparameters are then called <c>name.learningRate</c>.</param>
    /// <param name="optimizer">Its update rule, an instance of its own.</param>
    /// <param name="contains">Whether a parameter, given by its name in the model (<c>hidden.weight</c>), belongs to it.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ParameterGroup(string name, IUpdateRule optimizer, Func<string, bool> contains)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(contains);
        Name = name;
        Optimizer = optimizer;
        Contains = contains;
    }

    /// <summary>Its name; empty for the one group of a problem without groups.</summary>
    public string Name { get; }

    /// <summary>Its update rule.</summary>
    public IUpdateRule Optimizer { get; }

    internal Func<string, bool> Contains { get; }

    internal static ParameterGroup All(IUpdateRule optimizer) => new(optimizer);

    private ParameterGroup(IUpdateRule optimizer)
    {
        Name = "";
        Optimizer = optimizer;
        Contains = _ => true;
    }
}
