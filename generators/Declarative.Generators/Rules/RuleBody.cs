using System.Collections.Generic;
using System.Linq;

namespace Declarative.Generators.Rules;

/// <summary>An update rule in single assignment: what the source method says, without its syntax.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Parameter">θ.</param>
/// <param name="Gradient">g.</param>
/// <param name="Step">t, where the method asks for it.</param>
/// <param name="Hyperparameters">The hyperparameters that it reads, by position in the class's set.</param>
/// <param name="States">The states, in source order, as they are before the step.</param>
/// <param name="Statements">What it computes.</param>
/// <param name="Result">θ'.</param>
/// <param name="FinalStates">o', in the order of <paramref name="States"/>.</param>
internal sealed record RuleBody(
    string Method,
    Variable Parameter,
    Variable Gradient,
    Variable? Step,
    EquatableArray<HyperparameterInput> Hyperparameters,
    EquatableArray<Variable> States,
    EquatableArray<Statement> Statements,
    Node Result,
    EquatableArray<Node> FinalStates)
{
    /// <summary>The states that are there under a condition only; elsewhere they have no entries, and nothing reads them.</summary>
    public EquatableArray<Variable> OptionalStates { get; init; } = EquatableArray<Variable>.Empty;

    /// <summary>The inputs that have derivatives: θ, g, o, φ. The step has none.</summary>
    public IEnumerable<Variable> ActiveInputs =>
        States.Concat(Hyperparameters.Select(input => input.Variable)).Prepend(Gradient).Prepend(Parameter);

    /// <summary>The first operation that does not act entry by entry, so that the rule runs once for each parameter tensor; null where
    /// it runs once on flat vectors.</summary>
    public Operation? ReadsWholeTensors
    {
        get
        {
            foreach (Apply apply in Statements.All().SelectMany(Rules.Statements.Expressions).SelectMany(Rules.Statements.Operations))
                if (!apply.Operation.Definition().IsEntryByEntry)
                    return apply.Operation;
            return null;
        }
    }
}

/// <summary>A hyperparameter that a rule reads.</summary>
internal sealed record HyperparameterInput(Variable Variable, string Field, int Index);
