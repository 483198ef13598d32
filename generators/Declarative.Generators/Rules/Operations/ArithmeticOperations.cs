using System.Collections.Generic;
using static Declarative.Generators.Rules.Algebra;

namespace Declarative.Generators.Rules;

/// <summary>Arithmetic. How sums, products and quotients are written is left to the writers.</summary>
internal static class ArithmeticOperations
{
    private static readonly Node half = new Constant(0.5);
    private static readonly Node two = new Constant(2);

    public static IReadOnlyDictionary<Operation, OperationDefinition> All { get; } = new Dictionary<Operation, OperationDefinition>
    {
        [Operation.Add] = new("sum rule", "{0}.Add({1})", null, (_, _) => Constant.One, (_, _) => Constant.One),
        [Operation.Subtract] = new("sum rule", "{0}.sub({1})", null, (_, _) => Constant.One, (_, _) => new Constant(-1)),
        [Operation.Multiply] = new("product rule", "{0}.mul({1})", null, (x, _) => x[1], (x, _) => x[0]),
        [Operation.Divide] = new("quotient rule", "{0}.div({1})", null, (x, _) => Divide(Constant.One, x[1]), (x, z) => Negate(Divide(z, x[1]))),
        [Operation.Negate] = new("sum rule", "{0}.neg()", null, (_, _) => new Constant(-1)),
        [Operation.Reciprocal] = new("quotient rule", "{0}.reciprocal()", null, (_, z) => Negate(Unary(Operation.Square, z))),
        [Operation.Square] = new("power rule", "{0}.square()", null, (x, _) => Multiply(two, x[0])),
        [Operation.SquareRoot] = new("d√x = dx / 2√x", "{0}.sqrt()", "global::System.Math.Sqrt({0})",
            (_, z) => Multiply(half, Unary(Operation.ReciprocalOrZero, z))),
        [Operation.Power] = new("power rule", "{0}.Power({1})", "global::System.Math.Pow({0}, {1})",
            (x, _) => Multiply(x[1], Power(x[0], Subtract(x[1], Constant.One))), (x, z) => Multiply(z, Unary(Operation.LogarithmOrZero, x[0]))),
        [Operation.Remainder] = new("d(x mod y) = dx - ⌊x/y⌋ dy", null, "({0} % {1})",
            (_, _) => Constant.One, (x, _) => Negate(Unary(Operation.Truncate, Divide(x[0], x[1])))),
        [Operation.ReciprocalOrZero] = new("", "{0}.ReciprocalOrZero()", "global::Declarative.Rules.NumberOperations.ReciprocalOrZero({0})"),
        [Operation.LogarithmOrZero] = new("", "{0}.LogarithmOrZero()", "global::Declarative.Rules.NumberOperations.LogarithmOrZero({0})"),
        [Operation.Stop] = new("", "{0}", "{0}") { IsView = true },
        [Operation.Fill] = new("sum rule", "{0}.Fill({1})", null, null, (_, _) => Constant.One) { Shape = ShapeRule.Like, Gives = ValueKind.Tensor },
        [Operation.Broadcast] = new("broadcasting", "{0}", null, (_, _) => Constant.One, null)
        {
            IsView = true,
            Forward = (x, _, _) => LinearMap.Of("Lift", x[1]) with { IsView = true },
            Reverse = (x, _, _) => LinearMap.Of("SumTo", x[0]) with { IsView = true, TakesWeight = true },
        },
    };
}
