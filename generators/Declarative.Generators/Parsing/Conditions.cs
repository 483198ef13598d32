using System;
using System.Linq;
using Declarative.Generators.Rules;
using Microsoft.CodeAnalysis.Operations;

namespace Declarative.Generators.Parsing;

/// <summary>Builds conditions in simplest form, and computes at compile time what constants decide.</summary>
internal static class Conditions
{
    public static Node And(Node left, Node right) => (left, right) switch
    {
        (Flag flag, _) => flag.Value ? right : left,
        (_, Flag flag) => flag.Value ? left : right,
        _ => Algebra.Of(Operation.And, left, right),
    };

    public static Node Or(Node left, Node right) => (left, right) switch
    {
        (Flag flag, _) => flag.Value ? left : right,
        (_, Flag flag) => flag.Value ? right : left,
        _ => Algebra.Of(Operation.Or, left, right),
    };

    public static Node Not(Node condition) => condition switch
    {
        Flag flag => new Flag(!flag.Value),
        _ => Algebra.Of(Operation.Not, condition),
    };

    public static Node Compare(Operation comparison, Node left, Node right) => (comparison, left, right) switch
    {
        (_, Constant one, Constant other) => new Flag(Holds(comparison, one.Value, other.Value)),
        (Operation.Equal, Flag flag, _) => flag.Value ? right : Not(right),
        (Operation.Equal, _, Flag flag) => flag.Value ? left : Not(left),
        (Operation.NotEqual, Flag flag, _) => flag.Value ? Not(right) : right,
        (Operation.NotEqual, _, Flag flag) => flag.Value ? Not(left) : left,
        _ => Algebra.Of(comparison, left, right),
    };

    /// <summary>Whether a condition that holds, or does not, makes another one hold.</summary>
    public static bool Implies(Node condition, bool holds, Node other) => condition switch
    {
        Apply { Operation: Operation.Not } negated => Implies(negated.Arguments[0], !holds, other),
        Apply { Operation: Operation.And or Operation.Or } both when (both.Operation == Operation.And) == holds =>
            both.Arguments.Any(part => Implies(part, holds, other)),
        Apply { Operation: Operation.And or Operation.Or } either => either.Arguments.All(part => Implies(part, holds, other)),
        _ => holds && condition.Equals(other),
    };

    /// <summary>A comparison whose operands may be constants by now.</summary>
    public static Node? Fold(Node? node) => node is Apply { Kind: ValueKind.Flag, Arguments: { Count: 2 } arguments, Operation: var operation }
        && arguments[0] is Constant left && arguments[1] is Constant right && operation is >= Operation.Equal and <= Operation.GreaterOrEqual
        ? new Flag(Holds(operation, left.Value, right.Value)) : node;

    /// <summary>An operation of whole numbers that are known; nothing for other operations.</summary>
    public static Constant? OfWholeNumbers(BinaryOperatorKind kind, double left, double right) => kind switch
    {
        BinaryOperatorKind.Divide when right != 0 => new(Math.Truncate(left / right)),
        BinaryOperatorKind.Remainder when right != 0 => new(left % right),
        BinaryOperatorKind.LeftShift => new((long)left << (int)right),
        BinaryOperatorKind.RightShift => new((long)left >> (int)right),
        BinaryOperatorKind.And => new((long)left & (long)right),
        BinaryOperatorKind.Or => new((long)left | (long)right),
        BinaryOperatorKind.ExclusiveOr => new((long)left ^ (long)right),
        _ => null,
    };

    public static Operation? Comparison(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Equals => Operation.Equal,
        BinaryOperatorKind.NotEquals => Operation.NotEqual,
        BinaryOperatorKind.LessThan => Operation.Less,
        BinaryOperatorKind.LessThanOrEqual => Operation.LessOrEqual,
        BinaryOperatorKind.GreaterThan => Operation.Greater,
        BinaryOperatorKind.GreaterThanOrEqual => Operation.GreaterOrEqual,
        _ => null,
    };

    private static bool Holds(Operation comparison, double left, double right) => comparison switch
    {
        Operation.Equal => left == right,
        Operation.NotEqual => left != right,
        Operation.Less => left < right,
        Operation.LessOrEqual => left <= right,
        Operation.Greater => left > right,
        _ => left >= right,
    };
}
