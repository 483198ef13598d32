using System.Linq;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Lowers patterns to conditions.</summary>
internal sealed class PatternParser(Scope scope, ExpressionParser expressions)
{
    /// <summary><c>value is pattern</c>.</summary>
    public Node? Is(IIsPatternOperation test) => expressions.Inactive(test.Value) is { } value ? Match(test.Pattern, value) : null;

    /// <summary>A switch expression, as a chain of choices.</summary>
    public Node? Switch(ISwitchExpressionOperation choice)
    {
        if (!choice.IsExhaustive || choice.Arms.IsEmpty)
            return scope.Unsupported(choice, "A switch expression that leaves cases out");
        return expressions.Inactive(choice.Value) is { } value ? Arm(choice, 0, value) : null;
    }

    /// <summary>A pattern and the condition after <c>when</c>.</summary>
    public Node? Guarded(IPatternOperation pattern, IOperation? guard, Node value)
    {
        Node? matches = Match(pattern, value);
        if (guard is null || matches is null or Flag { Value: false })
            return matches;
        return expressions.Condition(guard) is { } holds ? Conditions.And(matches, holds) : null;
    }

    /// <summary>Whether a value is a constant.</summary>
    public Node? Equal(IOperation constant, Node value, IOperation whole) => expressions.Lower(constant) is { } other
        ? Compare(Operation.Equal, value, other, whole) : null;

    private Node? Arm(ISwitchExpressionOperation choice, int index, Node value)
    {
        ISwitchExpressionArmOperation arm = choice.Arms[index];
        Node? condition = Guarded(arm.Pattern, arm.Guard, value);
        // What is left when all other cases have been tried needs no test. The compiler may add an arm of its own, for what cannot be.
        bool isLast = choice.Arms.Skip(index + 1).All(later => later.IsImplicit);
        return isLast ? expressions.Evaluate(arm.Value)
            : scope.Branch(condition, choice, scope.Source, () => expressions.Evaluate(arm.Value), () => Arm(choice, index + 1, value));
    }

    private Node? Match(IPatternOperation pattern, Node value)
    {
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return new Flag(true);
            case IConstantPatternOperation constant:
                return Equal(constant.Value, value, constant);
            case IRelationalPatternOperation relation when Conditions.Comparison(relation.OperatorKind) is { } comparison:
                return expressions.Lower(relation.Value) is { } bound ? Compare(comparison, value, bound, relation) : null;
            case INegatedPatternOperation negated:
                return Match(negated.Pattern, value) is { } matches ? Conditions.Not(matches) : null;
            case IBinaryPatternOperation both:
                return Match(both.LeftPattern, value) is { } left && Match(both.RightPattern, value) is { } right
                    ? both.OperatorKind == BinaryOperatorKind.Or ? Conditions.Or(left, right) : Conditions.And(left, right)
                    : null;
            // Numbers and conditions are of one type each: only "var" is left.
            case IDeclarationPatternOperation { DeclaredSymbol: { } local, MatchesNull: true }:
                scope.Assign(local, value);
                return new Flag(true);
            case IRecursivePatternOperation { DeconstructionSubpatterns: var items, PropertySubpatterns.IsEmpty: true, DeclaredSymbol: null }
                when value is TupleValue tuple && items.Length == tuple.Items.Count:
                Node? all = new Flag(true);
                for (int i = 0; i < items.Length; i++)
                    all = Match(items[i], tuple.Items[i]) is { } one && all is not null ? Conditions.And(all, one) : null;
                return all;
            default:
                return scope.Unsupported(pattern, "This pattern");
        }
    }

    private Node? Compare(Operation comparison, Node value, Node constant, IOperation whole)
    {
        value = scope.Read(value);
        return value.Kind == constant.Kind && value.Kind is ValueKind.Number or ValueKind.Flag
            ? Conditions.Compare(comparison, value, constant)
            : scope.Unsupported(whole, "A pattern for something that is neither a number nor a condition");
    }
}
