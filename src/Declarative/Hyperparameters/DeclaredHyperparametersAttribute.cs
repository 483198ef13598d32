using System.ComponentModel;

namespace Declarative;

/// <summary>Tells compilations that derive from a class which hyperparameters it declares itself, private ones too, in the order of its
/// set. Generated code carries it.</summary>
/// <param name="names">Their names, without those that it inherits.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DeclaredHyperparametersAttribute(params string[] names) : Attribute
{
    /// <summary>Their names, without those that it inherits.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
