using System.Collections.Generic;
using System.Linq;
using static Declarative.Generators.Rules.Family;
using static Declarative.Generators.Rules.Overloads;

namespace Declarative.Generators.Rules;

/// <summary>Sums, products, quotients and powers.</summary>
internal static class ArithmeticRows
{
    private const string Rounding = ", TorchSharp.torch.RoundingMode";

    private static readonly Family sum = new(Smoothness.Linear, "x + y", "ẋ + ẏ", "x̄ = z̄, ȳ = z̄");
    private static readonly Family scaledSum = new(Smoothness.Smooth, "x + α y", "ẋ + α ẏ + α̇ y", "x̄ = z̄, ȳ = α z̄, ᾱ = ⟨z̄, y⟩");
    private static readonly Family difference = new(Smoothness.Linear, "x - y", "ẋ - ẏ", "x̄ = z̄, ȳ = -z̄");
    private static readonly Family product = new(Smoothness.Smooth, "x · y", "y · ẋ + x · ẏ", "x̄ = y · z̄, ȳ = x · z̄");
    private static readonly Family quotient = new(Smoothness.Smooth, "x / y, not rounded", "(ẋ - z · ẏ) / y", "x̄ = z̄ / y, ȳ = -z · z̄ / y");
    private static readonly Family negative = Family.Of(Smoothness.Linear, "-x", "-1");
    private static readonly Family power = new(Smoothness.Smooth, "x to the power y", "y x^(y-1) · ẋ + z ln x · ẏ, with ln 0 = 0",
        "x̄ = y x^(y-1) · z̄, ȳ = z ln x · z̄");

    private static readonly Family productAdded = new(Smoothness.Smooth, "x + v · y · z", "ẋ + the product rule", "x̄ = z̄, then the product rule");
    private static readonly Family quotientAdded = new(Smoothness.Smooth, "x + v · y / z", "ẋ + the quotient rule", "x̄ = z̄, then the quotient rule");
    private static readonly Family between = new(Smoothness.Smooth, "x + w · (y - x)", "(1 - w) · ẋ + w · ẏ + (y - x) · ẇ",
        "x̄ = (1 - w) · z̄, ȳ = w · z̄, w̄ = (y - x) · z̄");

    public static IEnumerable<OperationRow> All { get; } =
    [
        .. Both(sum, "add", Operation.Add).AndInPlace(),
        .. scaledSum.MethodAndFunction("add", $"{Tensor}, {Scalar}", "y, alpha: a", AddScaled).AndInPlace(),
        .. scaledSum.MethodAndFunction("add", $"{Scalar}, {Scalar}", "a, alpha: b", AddScaled).AndInPlace(),
        .. Both(difference, "sub", Operation.Subtract).AndInPlace(),
        .. Both(difference, "subtract", Operation.Subtract).AndInPlace(),
        .. Both(product, "mul", Operation.Multiply).AndInPlace(),
        .. Both(product, "multiply", Operation.Multiply),
        .. new[] { product.Function("multiply", Tensor, "y", Lower(Operation.Multiply)), product.Function("multiply", Scalar, "a", Lower(Operation.Multiply)) }.InPlace(),
        .. Both(quotient, "div", Operation.Divide, Rounding).AndInPlace(),
        .. Both(quotient, "divide", Operation.Divide, Rounding),
        .. new[] { quotient.Method("divide", Tensor + Rounding, "y", Lower(Operation.Divide)), quotient.Method("divide", Scalar + Rounding, "a", Lower(Operation.Divide)),
            quotient.Function("divide", Tensor + Rounding, "y", Lower(Operation.Divide)), quotient.Function("divide", Scalar, "a", Lower(Operation.Divide)) }.InPlace(),
        .. negative.MethodAndFunction("neg", "", "", Lower(Operation.Negate)).AndInPlace(),
        .. negative.MethodAndFunction("negative", "", "", Lower(Operation.Negate)),
        .. new[] { negative.Function("negative", "", "", Lower(Operation.Negate)) }.InPlace(),
        .. productAdded.MethodAndFunction("addcmul", $"{Tensor}, {Tensor}, {Scalar}", "y, z, a", AddProduct).AndInPlace(),
        .. quotientAdded.MethodAndFunction("addcdiv", $"{Tensor}, {Tensor}, {Scalar}", "y, z, a", AddQuotient).AndInPlace(),
        .. new[] { quotientAdded.Method("addcdiv", $"{Tensor}, {Tensor}", "y, z", AddQuotient) }.AndInPlace(),
        .. between.MethodAndFunction("lerp", $"{Tensor}, {Tensor}", "y, z", Between),
        .. new[] { between.Method("lerp", $"{Tensor}, {Tensor}", "y, z", Between) }.InPlace(),
        .. power.MethodAndFunction("pow", Tensor, "y", Power).AndInPlace(),
        .. power.MethodAndFunction("pow", Scalar, "a", Power).AndInPlace(),
        .. power.OfNumbers("Pow", 2, "a, b", Power),
        .. new Family(Smoothness.Smooth, "x · y + v", "the product rule", "the product rule").OfNumbers("FusedMultiplyAdd", 3, "a, b, a",
            (on, x) => on.Compute(Operation.Add, on.Compute(Operation.Multiply, x[0]!, x[1]!), x[2]!)),
    ];

    private static IEnumerable<OperationRow> Both(Family family, string name, Operation operation, string optional = "") =>
        family.MethodAndFunction(name, Tensor + optional, "y", Lower(operation)).Concat(family.MethodAndFunction(name, Scalar + optional, "a", Lower(operation)));

    private static Node AddScaled(IComputation on, Node?[] x) => on.Compute(Operation.Add, x[0]!, on.Compute(Operation.Multiply, x[2]!, x[1]!));

    private static Node AddProduct(IComputation on, Node?[] x) =>
        on.Compute(Operation.Add, x[0]!, on.Compute(Operation.Multiply, x[3] ?? Constant.One, on.Compute(Operation.Multiply, x[1]!, x[2]!)));

    private static Node AddQuotient(IComputation on, Node?[] x) => on.Compute(Operation.Add, x[0]!,
        on.Compute(Operation.Multiply, x.Length > 3 ? x[3] ?? Constant.One : Constant.One, on.Compute(Operation.Divide, x[1]!, x[2]!)));

    private static Node Between(IComputation on, Node?[] x) =>
        on.Compute(Operation.Add, x[0]!, on.Compute(Operation.Multiply, x[2]!, on.Compute(Operation.Subtract, x[1]!, x[0]!)));

    // The root has a derivative at 0 by our convention, the power 1/2 has none.
    private static Node Power(IComputation on, Node?[] x) => x[1] is Constant { Value: 0.5 } && x[0]!.Kind == ValueKind.Tensor
        ? on.Compute(Operation.SquareRoot, x[0]!) : on.Compute(Operation.Power, x[0]!, x[1]!);
}
