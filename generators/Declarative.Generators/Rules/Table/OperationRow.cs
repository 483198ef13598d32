using System;

namespace Declarative.Generators.Rules;

/// <summary>How smooth an operation is.</summary>
internal enum Smoothness
{
    /// <summary>Differentiable wherever it is defined, but for the points that its meaning names.</summary>
    Smooth,

    /// <summary>Linear.</summary>
    Linear,

    /// <summary>Differentiable but for kinks, where its meaning says which value is taken.</summary>
    Kink,

    /// <summary>Its derivative is zero wherever there is one.</summary>
    ZeroDerivative,

    /// <summary>It says what a shape is, or where something holds: there is no derivative to lose.</summary>
    NoDerivative,
}

/// <summary>What a call computes, of its receiver and its arguments; one that is left out is null.</summary>
internal delegate Node? Lowering(IComputation on, Node?[] x);

/// <summary>A bound overload that the rule language knows.</summary>
/// <param name="Symbol">The overload, as the compiler writes it in its messages.</param>
/// <param name="Class">How smooth it is.</param>
/// <param name="Lower">What it computes, in operations of the intermediate representation.</param>
/// <param name="Meaning">Its value z, for the documentation.</param>
/// <param name="Forward">ż, for the documentation.</param>
/// <param name="Reverse">The adjoints of its arguments, for the documentation.</param>
/// <param name="Example">A call, on tensors x, y and z like the parameter and numbers a and b; tests run it, the documentation shows it.</param>
internal sealed record OperationRow(
    string Symbol, Smoothness Class, Lowering Lower, string Meaning, string Forward, string Reverse, string Example)
{
    /// <summary>Whether it writes what it computes into its receiver, or its first argument, and gives that.</summary>
    public bool IsInPlace { get; init; }

    /// <summary>Whether what it gives shares memory with its receiver, or its first argument.</summary>
    public bool IsView { get; init; }

    /// <summary>Whether conditions are conditions to it; elsewhere they count as 0 and 1.</summary>
    public bool TakesConditions { get; init; }
}
