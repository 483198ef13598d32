using Declarative.Generators.Rules;

namespace Declarative.Generators.Models;

/// <summary>An annotated class, as far as its generated part depends on it.</summary>
/// <param name="Namespace">Escaped; empty for the global one.</param>
/// <param name="Declarations">The headers of the partial declarations to open, from the outermost: <c>partial class Outer&lt;T&gt;</c>.</param>
/// <param name="HintName">The unique name of its generated file, without extension.</param>
/// <param name="Hyperparameters">In source order.</param>
/// <param name="States">In source order.</param>
/// <param name="Rule">The update rule; null for a class that declares hyperparameters only.</param>
internal sealed record TypeModel(
    string Namespace,
    EquatableArray<string> Declarations,
    string HintName,
    EquatableArray<HyperparameterModel> Hyperparameters,
    EquatableArray<StateModel> States,
    RuleBody? Rule);

/// <summary>A field with <c>[Hyperparameter]</c>.</summary>
/// <param name="Field">The field, escaped.</param>
/// <param name="Name">The name users see, in camelCase.</param>
/// <param name="IsTensor">Whether it is a tensor; otherwise a number.</param>
/// <param name="Start">The value to start from.</param>
/// <param name="Domain">The member of the domain enumeration.</param>
/// <param name="Min">The lower end of an interval, else NaN.</param>
/// <param name="Max">The upper end of an interval, else NaN.</param>
/// <param name="Size">The member that holds a tensor's number of entries, escaped; null for a scalar.</param>
internal sealed record HyperparameterModel(
    string Field, string Name, bool IsTensor, double Start, string Domain, double Min, double Max, string? Size);

/// <summary>A field with <c>[State]</c>.</summary>
internal sealed record StateModel(string Field, bool IsNumber, double Initial);
