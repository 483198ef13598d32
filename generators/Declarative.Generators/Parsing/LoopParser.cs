using System.Globalization;
using Declarative.Generators.Analyzers;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Unrolls loops: it runs them, so that what they count is a constant in every iteration.</summary>
internal sealed class LoopParser(Scope scope, ExpressionParser expressions)
{
    private const int MaximumIterations = 1000;

    private int iterations;

    /// <summary>What is to be done when a loop is reached.</summary>
    public Rest? Start(ILoopOperation loop, Rest? next)
    {
        switch (loop)
        {
            case IForLoopOperation counted:
                return new StatementsRest(counted.Before, 0, []) { Next = new LoopRest(loop, 0, null) { Next = next } };
            case IWhileLoopOperation:
                return new LoopRest(loop, 0, null) { Next = next };
            case IForEachLoopOperation { IsAsynchronous: false } each:
                return Items(each) is { } items ? new LoopRest(loop, 0, items) { Next = next } : next;
            default:
                scope.Unsupported(loop, Constructs.Statement(loop));
                return next;
        }
    }

    /// <summary>What is to be done when the next iteration of a loop is due; null when the loop has ended.</summary>
    public Rest? Continue(LoopRest rest, StatementParser statements)
    {
        switch (rest.Loop)
        {
            case IForLoopOperation counted:
                if (rest.Iteration > 0)
                    statements.Run(new StatementsRest(counted.AtLoopBottom, 0, []));
                return Holds(counted.Condition, counted) ? Iterate(rest) : null;
            case IWhileLoopOperation loop:
                return (rest.Iteration == 0 && !loop.ConditionIsTop) || Holds(loop.Condition, loop) ? Iterate(rest) : null;
            case IForEachLoopOperation each when rest.Items is { } items && rest.Iteration < items.Items.Count:
                return Assign(each, items.Items[rest.Iteration]) ? Iterate(rest) : null;
            default:
                return null;
        }
    }

    private Rest? Iterate(LoopRest rest)
    {
        if (++iterations > MaximumIterations)
        {
            if (iterations > MaximumIterations + 1)
                return null;
            SyntaxNode place = rest.Loop switch
            {
                IForLoopOperation { Condition: { } condition } => condition.Syntax,
                IWhileLoopOperation { Condition: { } condition } => condition.Syntax,
                _ => rest.Loop.Syntax,
            };
            Report(place, string.Format(CultureInfo.InvariantCulture, "it would take more than {0:N0} iterations", MaximumIterations));
            return null;
        }
        return StatementsRest.Of(rest.Loop.Body, new IterationEnd(rest.Loop) { Next = rest with { Iteration = rest.Iteration + 1 } });
    }

    private bool Holds(IOperation? condition, ILoopOperation loop)
    {
        if (condition is null)
            return true;
        scope.Begin(SourceText.Of(condition.Syntax));
        switch (expressions.Condition(condition))
        {
            case Flag flag:
                return flag.Value;
            case null:
                return false;
            default:
                Report(condition.Syntax, "whether it goes on is not known at compile time");
                return false;
        }
    }

    private TupleValue? Items(IForEachLoopOperation loop)
    {
        scope.Begin(SourceText.Of(loop.Collection.Syntax));
        // The collection is converted to what is enumerated.
        IOperation collection = loop.Collection;
        while (collection is IConversionOperation conversion)
            collection = conversion.Operand;
        if (collection is ILocalReferenceOperation or IParameterReferenceOperation or IArrayCreationOperation or ICollectionExpressionOperation
            or IObjectCreationOperation or IInvocationOperation)
        {
            Node? value = expressions.Evaluate(collection);
            if (value is null or TupleValue)
                return value as TupleValue;
        }
        Report(loop.Collection.Syntax, "what it goes through is not known at compile time");
        return null;
    }

    private bool Assign(IForEachLoopOperation loop, Node item)
    {
        if (loop.LoopControlVariable is null)
            return false;
        if (loop.LoopControlVariable is not IVariableDeclaratorOperation declarator)
            return expressions.Assignments.Deconstruct(loop.LoopControlVariable, item) is not null;
        scope.Assign(declarator.Symbol, item);
        return true;
    }

    private void Report(SyntaxNode place, string why) => scope.Report(Diagnostics.DynamicLoop, place, why);
}
