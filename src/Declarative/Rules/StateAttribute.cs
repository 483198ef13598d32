namespace Declarative;

/// <summary>Declares a field, or a partial property <c>{ get; set; }</c>, to be an optimizer's memory o, carried from one step to the next: a <c>Tensor</c> shaped like the
/// parameter, or a <c>double</c>.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class StateAttribute : Attribute
{
    /// <summary>The value before the first step, of every entry. 0 unless set.</summary>
    public double Initial { get; set; }

    /// <summary>The name of a <c>bool</c>, a field, a property or a parameter of the primary constructor: only where it is true there is
    /// such a tensor, and the rule may read and write it only where it has tested that. What it is must not change while a rule is
    /// trained with. Unless set, the state is always there.</summary>
    public string? If { get; set; }
}
