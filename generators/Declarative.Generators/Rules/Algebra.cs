using System;

namespace Declarative.Generators.Rules;

/// <summary>Builds expressions in simplest form: constants are folded, neutral elements vanish, signs move outwards.</summary>
internal static class Algebra
{
    public static Node Add(Node left, Node right) => (left, right) switch
    {
        (Constant a, Constant b) => new Constant(a.Value + b.Value),
        (Constant { Value: 0 }, _) => right,
        (_, Constant { Value: 0 }) => left,
        (_, Apply { Operation: Operation.Negate } b) => Subtract(left, b.Arguments[0]),
        (Apply { Operation: Operation.Negate } a, _) => Subtract(right, a.Arguments[0]),
        _ => Binary(Operation.Add, left, right),
    };

    public static Node Subtract(Node left, Node right) => (left, right) switch
    {
        (Constant a, Constant b) => new Constant(a.Value - b.Value),
        (_, Constant { Value: 0 }) => left,
        (Constant { Value: 0 }, _) => Negate(right),
        (_, Apply { Operation: Operation.Negate } b) => Add(left, b.Arguments[0]),
        _ => Binary(Operation.Subtract, left, right),
    };

    public static Node Multiply(Node left, Node right) => (left, right) switch
    {
        (Constant a, Constant b) => new Constant(a.Value * b.Value),
        (Constant { Value: 1 }, _) => right,
        (_, Constant { Value: 1 }) => left,
        (Constant { Value: -1 }, _) => Negate(right),
        (_, Constant { Value: -1 }) => Negate(left),
        (Apply { Operation: Operation.Negate } a, _) => Negate(Multiply(a.Arguments[0], right)),
        (_, Apply { Operation: Operation.Negate } b) => Negate(Multiply(left, b.Arguments[0])),
        (Apply { Operation: Operation.Reciprocal } a, _) => Divide(right, a.Arguments[0]),
        (_, Apply { Operation: Operation.Reciprocal } b) => Divide(left, b.Arguments[0]),
        (Constant a, Apply { Operation: Operation.Divide } b) when b.Arguments[0] is Constant c => Divide(new Constant(a.Value * c.Value), b.Arguments[1]),
        (_, Apply { Operation: Operation.Divide } b) when b.Arguments[0] is Constant { Value: 1 } => Divide(left, b.Arguments[1]),
        (_, Constant) => Multiply(right, left),
        _ => Binary(Operation.Multiply, left, right),
    };

    public static Node Divide(Node left, Node right) => (left, right) switch
    {
        (Constant a, Constant b) when b.Value != 0 => new Constant(a.Value / b.Value),
        (_, Constant { Value: 1 }) => left,
        (_, Constant { Value: -1 }) => Negate(left),
        (Apply { Operation: Operation.Negate } a, _) => Negate(Divide(a.Arguments[0], right)),
        (_, Apply { Operation: Operation.Negate } b) => Negate(Divide(left, b.Arguments[0])),
        (Constant { Value: 1 }, _) when right.Kind == ValueKind.Tensor => Unary(Operation.Reciprocal, right),
        _ => Binary(Operation.Divide, left, right),
    };

    public static Node Negate(Node node) => node switch
    {
        Constant a => new Constant(-a.Value),
        Apply { Operation: Operation.Negate } a => a.Arguments[0],
        Apply { Operation: Operation.Subtract } a => Subtract(a.Arguments[1], a.Arguments[0]),
        _ => Unary(Operation.Negate, node),
    };

    public static Node Unary(Operation operation, Node argument) => new Apply(operation, EquatableArray.Of(argument), argument.Kind);

    /// <summary>Rebuilds an operation on new arguments, in simplest form.</summary>
    public static Node Build(Operation operation, EquatableArray<Node> arguments, ValueKind kind) => operation switch
    {
        Operation.Add => Add(arguments[0], arguments[1]),
        Operation.Subtract => Subtract(arguments[0], arguments[1]),
        Operation.Multiply => Multiply(arguments[0], arguments[1]),
        Operation.Divide => Divide(arguments[0], arguments[1]),
        Operation.Negate => Negate(arguments[0]),
        _ => new Apply(operation, arguments, kind),
    };

    /// <summary>What entry-by-entry operations on these give.</summary>
    public static ValueKind KindOf(Node left, Node right) =>
        left.Kind == ValueKind.Tensor || right.Kind == ValueKind.Tensor ? ValueKind.Tensor : ValueKind.Number;

    /// <summary>Applies a function to the parts of an expression.</summary>
    public static Node Rewrite(Node node, Func<Node, Node> rewrite) => node switch
    {
        Apply apply => Build(apply.Operation, System.Linq.Enumerable.Select(apply.Arguments, rewrite).ToEquatable(), apply.Kind),
        Call call => call with { Arguments = System.Linq.Enumerable.Select(call.Arguments, rewrite).ToEquatable() },
        _ => node,
    };

    private static Node Binary(Operation operation, Node left, Node right) =>
        new Apply(operation, EquatableArray.Of(left, right), KindOf(left, right));
}
