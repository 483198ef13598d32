using System;
using System.Collections.Generic;
using static Declarative.Generators.Rules.Algebra;

namespace Declarative.Generators.Rules;

/// <summary>Smooth functions of one argument.</summary>
internal static class FunctionOperations
{
    public static IReadOnlyDictionary<Operation, OperationDefinition> All { get; } = new Dictionary<Operation, OperationDefinition>
    {
        [Operation.Exponential] = Function("deˣ = eˣ dx", "exp", "Exp", (_, z) => z),
        [Operation.ExponentialMinusOne] = new("deˣ = eˣ dx", "{0}.expm1()", "global::Declarative.Rules.NumberOperations.ExponentialMinusOne({0})",
            (_, z) => Add(z, Constant.One)),
        [Operation.Logarithm] = Function("d ln x = dx / x", "log", "Log", (x, _) => Divide(Constant.One, x[0])),
        [Operation.LogarithmOfOnePlus] = new("d ln x = dx / x", "{0}.log1p()", "global::Declarative.Rules.NumberOperations.LogarithmOfOnePlus({0})",
            (x, _) => Divide(Constant.One, Add(x[0], Constant.One))),
        [Operation.Sigmoid] = new("dσ(x) = σ (1 - σ) dx", "{0}.sigmoid()", null, (_, z) => Multiply(z, Subtract(Constant.One, z))),
        [Operation.HyperbolicTangent] = Function("d tanh x = (1 - tanh²x) dx", "tanh", "Tanh", (_, z) => Subtract(Constant.One, Square(z))),
        [Operation.Softplus] = new("d ln(1 + eˣ) = σ(x) dx", "{0}.softplus()", null, (x, _) => Unary(Operation.Sigmoid, x[0])),
        [Operation.Sine] = Function("d sin x = cos x dx", "sin", "Sin", (x, _) => Unary(Operation.Cosine, x[0])),
        [Operation.Cosine] = Function("d cos x = -sin x dx", "cos", "Cos", (x, _) => Negate(Unary(Operation.Sine, x[0]))),
        [Operation.Tangent] = Function("d tan x = (1 + tan²x) dx", "tan", "Tan", (_, z) => Add(Square(z), Constant.One)),
        [Operation.HyperbolicSine] = Function("d sinh x = cosh x dx", "sinh", "Sinh", (x, _) => Unary(Operation.HyperbolicCosine, x[0])),
        [Operation.HyperbolicCosine] = Function("d cosh x = sinh x dx", "cosh", "Cosh", (x, _) => Unary(Operation.HyperbolicSine, x[0])),
        [Operation.Arctangent] = Function("d arctan x = dx / (1 + x²)", "atan", "Atan", (x, _) => Divide(Constant.One, Add(Square(x[0]), Constant.One))),
        [Operation.ErrorFunction] = new("d erf x = 2/√π e^(-x²) dx", "{0}.erf()", null,
            (x, _) => Multiply(new Constant(2 / Math.Sqrt(Math.PI)), Unary(Operation.Exponential, Negate(Square(x[0]))))),
    };

    private static OperationDefinition Function(string rule, string tensor, string number, Partial derivative) =>
        new(rule, $"{{0}}.{tensor}()", $"global::System.Math.{number}({{0}})", derivative);
}
