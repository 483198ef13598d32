namespace Declarative;

/// <summary>Declares a field, or a partial property <c>{ get; }</c>, of an optimizer, a model or a loss to be a hyperparameter. The generator creates it and gives it its
/// start value; training, where it is learned, moves it along its hypergradient.</summary>
/// <remarks>On a <c>double</c> of a class with an <see cref="UpdateRuleAttribute">update rule</see>, the rule is differentiated
/// with respect to it at compile time. On a <c>Tensor</c> of a class that makes a loss, autograd sees it as a leaf.</remarks>
/// <param name="start">The value to start from, of every entry where there are several. At an end of the domain it is fixed until it is
/// given another value and learned.</param>
/// <param name="domain">The values it may take.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class HyperparameterAttribute(double start, Domain domain) : Attribute
{
    /// <summary>The value to start from.</summary>
    public double Start { get; } = start;

    /// <summary>The values it may take.</summary>
    public Domain Domain { get; } = domain;

    /// <summary>The lower end of <see cref="Domain.Interval"/>.</summary>
    public double Min { get; set; } = double.NaN;

    /// <summary>The upper end of <see cref="Domain.Interval"/>.</summary>
    public double Max { get; set; } = double.NaN;

    /// <summary>For a <c>Tensor</c>: the name of a member of the class. An <c>int</c> is the number of entries; of a TorchSharp module
    /// the tensor has an entry for each parameter tensor, in the order of its <c>parameters()</c>. Without it the tensor is a scalar.</summary>
    public string? Size { get; set; }
}
