using Declarative.Generators.Rules;

namespace Declarative.Generators.Models;

/// <summary>An annotated class, as far as its generated part depends on it.</summary>
/// <param name="Namespace">Escaped; empty for the global one.</param>
/// <param name="HasFileScopedNamespaces">Whether its language version has them.</param>
/// <param name="Declarations">The headers of the partial declarations to open, from the outermost: <c>partial class Outer&lt;T&gt;</c>.</param>
/// <param name="HintName">The unique name of its generated file, without extension.</param>
/// <param name="ExtendsSet">Whether a base class has a set of hyperparameters, to which this one adds its own.</param>
/// <param name="IsSealed">Whether no class can derive from it.</param>
/// <param name="Registration">How its tensors are kept out of a TorchSharp module's parameters and buffers.</param>
/// <param name="Hyperparameters">Its own, in source order.</param>
/// <param name="States">Of its rule, those that it inherits first.</param>
/// <param name="Properties">The partial properties to implement.</param>
/// <param name="Rule">The update rule; null for a class that declares hyperparameters only.</param>
internal sealed record TypeModel(
    string Namespace,
    bool HasFileScopedNamespaces,
    EquatableArray<string> Declarations,
    string HintName,
    bool ExtendsSet,
    bool IsSealed,
    ComponentRegistration Registration,
    EquatableArray<HyperparameterModel> Hyperparameters,
    EquatableArray<StateModel> States,
    EquatableArray<PropertyModel> Properties,
    RuleBody? Rule)
{
    /// <summary>What went wrong in the generator itself; null where nothing did.</summary>
    public string? Failure { get; init; }

    /// <summary>A class that the generator failed at.</summary>
    public static TypeModel Failed(string hintName, string failure) => new("", false, EquatableArray<string>.Empty, hintName, false, true,
        ComponentRegistration.None, EquatableArray<HyperparameterModel>.Empty, EquatableArray<StateModel>.Empty, EquatableArray<PropertyModel>.Empty, null)
    {
        Failure = failure,
    };
}

/// <summary>A member with <c>[Hyperparameter]</c>.</summary>
/// <param name="Storage">The field that holds it, escaped: the member itself, or the field behind a partial property.</param>
/// <param name="Name">The name users see, in camelCase.</param>
/// <param name="IsTensor">Whether it is a tensor; otherwise a number.</param>
/// <param name="Start">The value to start from.</param>
/// <param name="Domain">The member of the domain enumeration.</param>
/// <param name="Min">The lower end of an interval, else NaN.</param>
/// <param name="Max">The upper end of an interval, else NaN.</param>
/// <param name="Size">A tensor's number of entries, as an expression; null for a scalar.</param>
internal sealed record HyperparameterModel(
    string Storage, string Name, bool IsTensor, double Start, string Domain, double Min, double Max, string? Size);

/// <summary>A state of a rule.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="IsNumber">Whether it is a number; otherwise a tensor.</param>
/// <param name="Initial">Its value, of every entry, before the first step.</param>
/// <param name="Condition">Whether it is there at all, as an expression; null where it always is.</param>
internal sealed record StateModel(string Name, bool IsNumber, double Initial, string? Condition);

/// <summary>A partial property to implement.</summary>
/// <param name="Header">Modifiers, type and name, as its other part has them.</param>
/// <param name="Setter">The setter's modifiers and keyword; null for a hyperparameter, which only generated code sets.</param>
/// <param name="Storage">The field behind it.</param>
/// <param name="IsTensor">Whether that is a tensor; otherwise a number.</param>
internal sealed record PropertyModel(string Header, string? Setter, string Storage, bool IsTensor);

/// <summary>How tensors of a TorchSharp module, which takes every tensor field for a buffer, are kept out of it.</summary>
internal enum ComponentRegistration
{
    /// <summary>The class is no module, or has no tensors of ours.</summary>
    None,

    /// <summary>The generated part overrides <c>RegisterComponents()</c>.</summary>
    Override,

    /// <summary>The class overrides it, and calls a generated method.</summary>
    Call,
}
