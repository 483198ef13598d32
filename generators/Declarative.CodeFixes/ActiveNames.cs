using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.CodeFixes;

/// <summary>Which expressions of an update rule may carry a derivative: those that a hyperparameter, a state, or a tensor that the rule
/// is given has a part in. It asks whether any assignment of a local does, not which one is the last.</summary>
internal sealed class ActiveNames
{
    private readonly ILookup<ISymbol, IOperation> assigned;
    private readonly HashSet<ISymbol> visited = new(SymbolEqualityComparer.Default);

    private ActiveNames(IOperation method) => assigned = method.DescendantsAndSelf().SelectMany(Assignments)
        .ToLookup(item => item.Local, item => item.Value, SymbolEqualityComparer.Default)!;

    /// <summary>Whether an expression may carry a derivative.</summary>
    public static bool IsActive(IOperation expression)
    {
        IOperation method = expression;
        while (method.Parent is { } parent)
            method = parent;
        return new ActiveNames(method).Reaches(expression);
    }

    private bool Reaches(IOperation operation)
    {
        if (operation is IInvocationOperation invocation && StopMarker.IsStop(invocation))
            return false;
        bool isActive = operation switch
        {
            IFieldReferenceOperation { Field: var field } =>
                (field.Find(KnownNames.HyperparameterAttribute) ?? field.Find(KnownNames.StateAttribute)) is not null,
            IParameterReferenceOperation parameter => parameter.Type.Is(KnownNames.Tensor) || IsAssigned(parameter.Parameter),
            ILocalReferenceOperation local => IsAssigned(local.Local),
            _ => false,
        };
        return isActive || operation.ChildOperations.Any(Reaches);
    }

    private bool IsAssigned(ISymbol symbol) => visited.Add(symbol) && assigned[symbol].Any(Reaches);

    private static IEnumerable<(ISymbol Local, IOperation Value)> Assignments(IOperation operation) => operation switch
    {
        IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer => [(declarator.Symbol, initializer.Value)],
        IAssignmentOperation assignment => assignment.Target.DescendantsAndSelf().Select(Name).OfType<ISymbol>().Select(name => (name, assignment.Value)),
        _ => [],
    };

    private static ISymbol? Name(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };
}
