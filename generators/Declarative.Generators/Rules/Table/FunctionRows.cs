using System;
using System.Collections.Generic;
using System.Linq;
using static Declarative.Generators.Rules.Family;
using static Declarative.Generators.Rules.Overloads;

namespace Declarative.Generators.Rules;

/// <summary>Smooth functions of one argument, on tensors and on numbers.</summary>
internal static class FunctionRows
{
    public static IEnumerable<OperationRow> All { get; } =
    [
        .. Function("square", "x²", "2x", Operation.Square),
        .. Function("reciprocal", "1/x", "-1/x²", Operation.Reciprocal).AndInPlace(),
        .. Function("sqrt", "√x; at 0 the derivative is 0", "1/(2√x)", Operation.SquareRoot).AndInPlace(),
        .. Function("rsqrt", "1/√x", "-1/(2x√x)", (on, x) => on.Compute(Operation.Reciprocal, on.Compute(Operation.SquareRoot, x[0]!))).AndInPlace(),
        .. Function("exp", "eˣ", "eˣ", Operation.Exponential).AndInPlace(),
        .. Function("exp2", "2ˣ", "ln 2 · 2ˣ", (on, x) => on.Compute(Operation.Exponential, on.Compute(Operation.Multiply, new Constant(Math.Log(2)), x[0]!))).AndInPlace(),
        .. Function("expm1", "eˣ - 1", "eˣ", Operation.ExponentialMinusOne).AndInPlace(),
        .. Function("log", "ln x", "1/x", Operation.Logarithm).AndInPlace(),
        .. Function("log1p", "ln(1 + x)", "1/(1 + x)", Operation.LogarithmOfOnePlus).AndInPlace(),
        .. Function("log2", "log₂ x", "1/(x ln 2)", LogarithmTo(2)).AndInPlace(),
        .. Function("log10", "log₁₀ x", "1/(x ln 10)", LogarithmTo(10)).AndInPlace(),
        .. Function("sigmoid", "σ(x) = 1/(1 + e⁻ˣ)", "σ (1 - σ)", Operation.Sigmoid).AndInPlace(),
        .. Function("tanh", "tanh x", "(1 - tanh²x)", Operation.HyperbolicTangent).AndInPlace(),
        .. Function("sin", "sin x", "cos x", Operation.Sine).AndInPlace(),
        .. Function("cos", "cos x", "-sin x", Operation.Cosine).AndInPlace(),
        .. Function("tan", "tan x", "(1 + tan²x)", Operation.Tangent).AndInPlace(),
        .. Function("sinh", "sinh x", "cosh x", Operation.HyperbolicSine).AndInPlace(),
        .. Function("cosh", "cosh x", "sinh x", Operation.HyperbolicCosine).AndInPlace(),
        .. Function("atan", "arctan x", "1/(1 + x²)", Operation.Arctangent).AndInPlace(),
        .. Function("erf", "erf x", "2/√π e^(-x²)", Operation.ErrorFunction).AndInPlace(),
        Of("ln(1 + e^(βx)) / β", "σ(βx)").Method("softplus", "double, double", "0.7", Softplus),
        Of("ln(1 + e^(βx)) / β", "σ(βx)").Row($"TorchSharp.torch.nn.functional.softplus({Tensor}, double, double)", "nn.functional.softplus(x, 0.7)", Softplus),

        .. Of("√x; at 0 the derivative is 0", "1/(2√x)").OfNumbers("Sqrt", 1, "a", Lower(Operation.SquareRoot)),
        .. Of("eˣ", "eˣ").OfNumbers("Exp", 1, "a", Lower(Operation.Exponential)),
        .. Of("ln x", "1/x").OfNumbers("Log", 1, "a", Lower(Operation.Logarithm)),
        .. Of("log₂ x", "1/(x ln 2)").OfNumbers("Log2", 1, "a", LogarithmTo(2)),
        .. Of("log₁₀ x", "1/(x ln 10)").OfNumbers("Log10", 1, "a", LogarithmTo(10)),
        .. Of("sin x", "cos x").OfNumbers("Sin", 1, "a", Lower(Operation.Sine)),
        .. Of("cos x", "-sin x").OfNumbers("Cos", 1, "a", Lower(Operation.Cosine)),
        .. Of("tan x", "(1 + tan²x)").OfNumbers("Tan", 1, "a", Lower(Operation.Tangent)),
        .. Of("sinh x", "cosh x").OfNumbers("Sinh", 1, "a", Lower(Operation.HyperbolicSine)),
        .. Of("cosh x", "sinh x").OfNumbers("Cosh", 1, "a", Lower(Operation.HyperbolicCosine)),
        .. Of("tanh x", "(1 - tanh²x)").OfNumbers("Tanh", 1, "a", Lower(Operation.HyperbolicTangent)),
        .. Of("arctan x", "1/(1 + x²)").OfNumbers("Atan", 1, "a", Lower(Operation.Arctangent)),
    ];

    private static Family Of(string meaning, string derivative) => Family.Of(Smoothness.Smooth, meaning, derivative);

    private static IEnumerable<OperationRow> Function(string name, string meaning, string derivative, Operation operation) =>
        Function(name, meaning, derivative, Lower(operation));

    private static IEnumerable<OperationRow> Function(string name, string meaning, string derivative, Lowering lower) =>
        Of(meaning, derivative).MethodAndFunction(name, "", "", lower);

    private static Lowering LogarithmTo(double scale) => (on, x) => on.Compute(Operation.Multiply, new Constant(1 / Math.Log(scale)), on.Compute(Operation.Logarithm, x[0]!));

    // Above a threshold PyTorch takes βx itself, which differs by less than its precision; another threshold is not known here.
    private static Node? Softplus(IComputation on, Node?[] x)
    {
        if (x[2] is not null)
            return null;
        Node scale = x[1] ?? Constant.One;
        return on.Compute(Operation.Divide, on.Compute(Operation.Softplus, on.Compute(Operation.Multiply, scale, x[0]!)), scale);
    }
}
