namespace Declarative;

/// <summary>Marks the method that says how an optimizer updates a parameter, (θ, o, g, φ, t) ↦ (θ', o'):
/// <c>Tensor Update(Tensor parameter, Tensor gradient)</c>, optionally with <c>long step</c>, counted from 1.</summary>
/// <remarks>The method is a specification. The generator differentiates it at compile time; training runs the generated step on
/// flat vectors, and keeps the state there rather than in the fields.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UpdateRuleAttribute : Attribute;
