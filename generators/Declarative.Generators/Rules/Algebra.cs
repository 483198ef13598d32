using System;
using System.Linq;

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
        (Apply { Operation: Operation.KeepWhere } a, Apply { Operation: Operation.KeepWhere } b) when a.Arguments[0].Equals(b.Arguments[0]) =>
            Of(Operation.KeepWhere, a.Arguments[0], Add(a.Arguments[1], b.Arguments[1])),
        _ => New(Operation.Add, left, right),
    };

    public static Node Subtract(Node left, Node right) => (left, right) switch
    {
        (Constant a, Constant b) => new Constant(a.Value - b.Value),
        (_, Constant { Value: 0 }) => left,
        (Constant { Value: 0 }, _) => Negate(right),
        (_, Apply { Operation: Operation.Negate } b) => Add(left, b.Arguments[0]),
        _ => New(Operation.Subtract, left, right),
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
        // A choice takes in what it is multiplied by: 0 · ∞ would be no number, where nothing was chosen.
        (Apply { Operation: Operation.KeepWhere } a, _) => Of(Operation.KeepWhere, a.Arguments[0], Multiply(a.Arguments[1], right)),
        (_, Apply { Operation: Operation.KeepWhere } b) => Of(Operation.KeepWhere, b.Arguments[0], Multiply(left, b.Arguments[1])),
        (Apply { Operation: Operation.Reciprocal } a, _) => Divide(right, a.Arguments[0]),
        (_, Apply { Operation: Operation.Reciprocal } b) => Divide(left, b.Arguments[0]),
        (Constant a, Apply { Operation: Operation.Divide } b) when b.Arguments[0] is Constant c => Divide(new Constant(a.Value * c.Value), b.Arguments[1]),
        (_, Apply { Operation: Operation.Divide } b) when b.Arguments[0] is Constant { Value: 1 } => Divide(left, b.Arguments[1]),
        (_, Constant) => Multiply(right, left),
        _ => New(Operation.Multiply, left, right),
    };

    public static Node Divide(Node left, Node right) => (left, right) switch
    {
        (Constant a, Constant b) when b.Value != 0 => new Constant(a.Value / b.Value),
        (_, Constant { Value: 1 }) => left,
        (_, Constant { Value: -1 }) => Negate(left),
        (Apply { Operation: Operation.Negate } a, _) => Negate(Divide(a.Arguments[0], right)),
        (_, Apply { Operation: Operation.Negate } b) => Negate(Divide(left, b.Arguments[0])),
        (Apply { Operation: Operation.KeepWhere } a, _) => Of(Operation.KeepWhere, a.Arguments[0], Divide(a.Arguments[1], right)),
        (Constant { Value: 1 }, _) when right.Kind == ValueKind.Tensor => Unary(Operation.Reciprocal, right),
        _ => New(Operation.Divide, left, right),
    };

    public static Node Negate(Node node) => node switch
    {
        Constant a => new Constant(-a.Value),
        Apply { Operation: Operation.Negate } a => a.Arguments[0],
        Apply { Operation: Operation.Subtract } a => Subtract(a.Arguments[1], a.Arguments[0]),
        _ => New(Operation.Negate, node),
    };

    public static Node Unary(Operation operation, Node argument) => Of(operation, argument);

    public static Node Square(Node x) => Unary(Operation.Square, x);

    public static Node Power(Node x, Node exponent) => exponent switch
    {
        Constant { Value: 0 } => Constant.One,
        Constant { Value: 1 } => x,
        Constant { Value: 2 } when x.Kind == ValueKind.Tensor => Square(x),
        _ => New(Operation.Power, x, exponent),
    };

    /// <summary>An operation on arguments, in simplest form.</summary>
    public static Node Of(Operation operation, params Node[] arguments)
    {
        var all = EquatableArray.Of(arguments);
        return Build(operation, all, Operations.KindOf(operation, all));
    }

    /// <summary>Rebuilds an operation on new arguments, in simplest form.</summary>
    public static Node Build(Operation operation, EquatableArray<Node> arguments, ValueKind kind) => operation switch
    {
        Operation.Add => Add(arguments[0], arguments[1]),
        Operation.Subtract => Subtract(arguments[0], arguments[1]),
        Operation.Multiply => Multiply(arguments[0], arguments[1]),
        Operation.Divide => Divide(arguments[0], arguments[1]),
        Operation.Negate => Negate(arguments[0]),
        Operation.Power => Power(arguments[0], arguments[1]),
        Operation.KeepWhere => KeepWhere(arguments[0], arguments[1], kind),
        Operation.Not when arguments[0] is Apply { Operation: Operation.Not } inner => inner.Arguments[0],
        _ => new Apply(operation, arguments, kind),
    };

    /// <summary>Applies a function to the parts of an expression.</summary>
    public static Node Rewrite(Node node, Func<Node, Node> rewrite) => node switch
    {
        Apply apply => Build(apply.Operation, apply.Arguments.Select(rewrite).ToEquatable(), apply.Kind),
        Call call => call with { Arguments = call.Arguments.Select(rewrite).ToEquatable() },
        _ => node,
    };

    private static Node New(Operation operation, params Node[] arguments)
    {
        var all = EquatableArray.Of(arguments);
        return new Apply(operation, all, Operations.KindOf(operation, all));
    }

    private static Node KeepWhere(Node condition, Node kept, ValueKind kind) => kept switch
    {
        Constant { Value: 0 } => Constant.Zero,
        Apply { Operation: Operation.Negate } negative => Negate(Of(Operation.KeepWhere, condition, negative.Arguments[0])),
        Apply { Operation: Operation.KeepWhere } inner when inner.Arguments[0].Equals(condition) => inner,
        _ => new Apply(Operation.KeepWhere, EquatableArray.Of(condition, kept), kind),
    };
}
