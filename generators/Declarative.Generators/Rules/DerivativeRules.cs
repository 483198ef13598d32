using System;
using static Declarative.Generators.Rules.Algebra;

namespace Declarative.Generators.Rules;

/// <summary>The partial derivative of every operation with respect to every argument.</summary>
internal static class DerivativeRules
{
    private static readonly Node Half = new Constant(0.5);
    private static readonly Node Two = new Constant(2);

    /// <summary>∂z/∂(argument), as an expression in the arguments and in the value z itself.</summary>
    /// <param name="operation">The operation of which z is the value.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="value">z.</param>
    /// <param name="index">Which argument.</param>
    public static Node Partial(Operation operation, EquatableArray<Node> arguments, Node value, int index) => operation switch
    {
        Operation.Add => Constant.One,
        Operation.Subtract => index == 0 ? Constant.One : new Constant(-1),
        Operation.Multiply => arguments[1 - index],
        Operation.Divide => index == 0 ? Divide(Constant.One, arguments[1]) : Negate(Divide(value, arguments[1])),
        Operation.Negate => new Constant(-1),
        Operation.Reciprocal => Negate(Unary(Operation.Square, value)),
        Operation.Square => Multiply(Two, arguments[0]),
        Operation.SquareRoot when value.Kind == ValueKind.Tensor => Multiply(Half, Unary(Operation.ReciprocalOrZero, value)),
        Operation.SquareRoot => Divide(Half, value),
        Operation.Power when index == 0 => Multiply(arguments[1], Power(arguments[0], Subtract(arguments[1], Constant.One))),
        Operation.Power => Multiply(value, Unary(Operation.Logarithm, arguments[0])),
        Operation.Exponential => value,
        Operation.Logarithm => Divide(Constant.One, arguments[0]),
        Operation.Absolute => Unary(Operation.Sign, arguments[0]),
        Operation.Fill => Constant.One,
        _ => throw new InvalidOperationException($"{operation} has no derivative; the parser must not let it act on an active value."),
    };

    /// <summary>Whether an argument has a derivative that is not zero.</summary>
    public static bool HasPartial(Operation operation, int index) =>
        operation is not (Operation.Sign or Operation.Stop) && (operation != Operation.Fill || index == 1);

    /// <summary>The name by which a reader knows the rule.</summary>
    public static string NameOf(Operation operation) => operation switch
    {
        Operation.Add or Operation.Subtract or Operation.Negate or Operation.Fill => "sum rule",
        Operation.Multiply => "product rule",
        Operation.Divide or Operation.Reciprocal => "quotient rule",
        Operation.Square or Operation.Power => "power rule",
        Operation.SquareRoot => "d√x = dx / 2√x",
        Operation.Exponential => "deˣ = eˣ dx",
        Operation.Logarithm => "d ln x = dx / x",
        Operation.Absolute => "d|x| = sign x dx",
        _ => operation.ToString(),
    };

    private static Node Power(Node x, Node exponent) => exponent switch
    {
        Constant { Value: 0 } => Constant.One,
        Constant { Value: 1 } => x,
        Constant { Value: 2 } when x.Kind == ValueKind.Tensor => Unary(Operation.Square, x),
        _ => new Apply(Operation.Power, EquatableArray.Of(x, exponent), x.Kind),
    };
}
