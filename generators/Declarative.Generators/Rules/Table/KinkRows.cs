using System.Collections.Generic;
using System.Linq;
using static Declarative.Generators.Rules.Family;
using static Declarative.Generators.Rules.Overloads;

namespace Declarative.Generators.Rules;

/// <summary>Operations with kinks, choices and comparisons, and steps.</summary>
internal static class KinkRows
{
    private static readonly Family absolute = Of(Smoothness.Kink, "|x|; at 0 the derivative is 0", "sign x");
    private static readonly Family largest = new(Smoothness.Kink, "the larger of x and y; where they are equal, half of the derivative goes to each",
        "that of the larger", "to the larger");
    private static readonly Family smallest = new(Smoothness.Kink, "the smaller of x and y; where they are equal, half of the derivative goes to each",
        "that of the smaller", "to the smaller");
    private static readonly Family clamped = new(Smoothness.Kink, "x, but a where it is smaller than a and b where it is larger than b; at the ends the derivative is that of x",
        "that of the one taken", "to the one taken");
    private static readonly Family rectified = Of(Smoothness.Kink, "x where it is positive, else 0; at 0 the derivative is 0", "[x > 0]");
    private static readonly Family choice = new(Smoothness.Smooth, "x where the condition holds, else y; the tangent of what is not chosen takes no part, whatever it is",
        "where(c, ẋ, ẏ)", "x̄ = where(c, z̄, 0), ȳ = where(c, 0, z̄)");
    private static readonly Family filled = new(Smoothness.Smooth, "x, but v where the condition holds", "where(c, v̇, ẋ)", "x̄ = where(c, 0, z̄), v̄ = Σ where(c, z̄, 0)");

    public static IEnumerable<OperationRow> All { get; } =
    [
        .. absolute.MethodAndFunction("abs", "", "", Lower(Operation.Absolute)).AndInPlace(),
        .. absolute.MethodAndFunction("absolute", "", "", Lower(Operation.Absolute)).AndInPlace(),
        .. absolute.OfNumbers("Abs", 1, "a", Lower(Operation.Absolute)),
        .. new[] { "maximum", "max", "fmax" }.SelectMany(name => largest.MethodAndFunction(name, Tensor, "y", Extreme(Operation.Maximum))),
        .. new[] { "minimum", "min", "fmin" }.SelectMany(name => smallest.MethodAndFunction(name, Tensor, "y", Extreme(Operation.Minimum))),
        .. OfWholeNumbers(largest, "Max", Operation.Maximum), .. OfWholeNumbers(smallest, "Min", Operation.Minimum),
        .. largest.OfNumbers("Max", 2, "a, b", Lower(Operation.Maximum)),
        .. smallest.OfNumbers("Min", 2, "a, b", Lower(Operation.Minimum)),
        .. clamped.MethodAndFunction("clamp", $"{Scalar}, {Scalar}", "0.7, a + 1", Clamp).AndInPlace(),
        .. clamped.MethodAndFunction("clamp", $"{Tensor}, {Tensor}", "y, y + a", Clamp).AndInPlace(),
        .. clamped.MethodAndFunction("clamp_min", Scalar, "a + 0.6", (on, x) => Clamp(on, [x[0], x[1], null])).AndInPlace(),
        .. clamped.MethodAndFunction("clamp_max", Scalar, "a + 0.6", (on, x) => Clamp(on, [x[0], null, x[1]])).AndInPlace(),
        clamped.Row("System.Math.Clamp(double, double, double)", "Math.Clamp(a, 0.01, b)", Clamp),
        .. new[] { rectified.Method("relu", "", "", Rectify) }.AndInPlace(),
        rectified.Row($"TorchSharp.torch.nn.functional.relu({Tensor}, bool)", "nn.functional.relu(x - 1, false)", (on, x) => x[1] is Flag { Value: false } ? Rectify(on, x) : null),
        choice.Row($"TorchSharp.torch.where({Tensor}, {Tensor}, {Tensor})", "torch.where(x > y, x * y, a)", Select) with { TakesConditions = true },
        choice.Row($"{Tensor}.where({Tensor}, {Tensor})", "x.where(x > y, y * 2)", (on, x) => Select(on, [x[1], x[0], x[2]])) with { TakesConditions = true },
        .. new[] { filled.Method("masked_fill", $"{Tensor}, {Scalar}", "x > y, a", (on, x) => Select(on, [x[1], x[2], x[0]])) with { TakesConditions = true } }.AndInPlace(),

        .. Step("sign", "-1, 0 or 1", Operation.Sign),
        .. Step("sgn", "-1, 0 or 1", Operation.Sign),
        .. Step("floor", "the next whole number below", Operation.Floor),
        .. Step("ceil", "the next whole number above", Operation.Ceiling),
        .. Step("trunc", "the whole number towards 0", Operation.Truncate),
        .. Of(Smoothness.ZeroDerivative, "the nearest whole number", "0").MethodAndFunction("round", "long", "", Nearest).AndInPlace(),
        .. Of(Smoothness.ZeroDerivative, "the next whole number below", "0").OfNumbers("Floor", 1, "a", Lower(Operation.Floor)),
        .. Of(Smoothness.ZeroDerivative, "the next whole number above", "0").OfNumbers("Ceiling", 1, "a", Lower(Operation.Ceiling)),
        .. Of(Smoothness.ZeroDerivative, "the whole number towards 0", "0").OfNumbers("Truncate", 1, "a", Lower(Operation.Truncate)),
        .. Of(Smoothness.ZeroDerivative, "the nearest whole number", "0").OfNumbers("Round", 1, "a", Lower(Operation.Round)),

        .. Comparison("gt", "x > y", Operation.Greater), .. Comparison("ge", "x ≥ y", Operation.GreaterOrEqual),
        .. Comparison("lt", "x < y", Operation.Less), .. Comparison("le", "x ≤ y", Operation.LessOrEqual),
        .. Comparison("eq", "x = y", Operation.Equal), .. Comparison("ne", "x ≠ y", Operation.NotEqual),
        .. Fact("x > y").MethodAndFunction("greater", Tensor, "y", Lower(Operation.Greater)),
        .. Fact("x < y").MethodAndFunction("less", Tensor, "y", Lower(Operation.Less)),
        .. Fact("both hold").MethodAndFunction("logical_and", Tensor, "y", Lower(Operation.And)),
        .. Fact("one of them holds").MethodAndFunction("logical_or", Tensor, "y", Lower(Operation.Or)),
        .. Fact("it does not hold").MethodAndFunction("logical_not", "", "", Lower(Operation.Not)),
        .. Fact("neither infinite nor NaN").MethodAndFunction("isfinite", "", "", Lower(Operation.IsFinite)),
        .. Fact("NaN").MethodAndFunction("isnan", "", "", Lower(Operation.IsNotANumber)),
    ];

    private static IEnumerable<OperationRow> Step(string name, string meaning, Operation operation) =>
        Of(Smoothness.ZeroDerivative, meaning, "0").MethodAndFunction(name, "", "", Lower(operation)).AndInPlace();

    private static IEnumerable<OperationRow> Comparison(string name, string meaning, Operation operation) =>
        Fact(meaning).MethodAndFunction(name, Tensor, "y", Lower(operation)).Append(Fact(meaning).Method(name, Scalar, "0.8", Lower(operation)));

    // Nothing that is learned is a whole number.
    private static IEnumerable<OperationRow> OfWholeNumbers(Family family, string name, Operation operation) => new[] { "int", "long" }.Select(type =>
        family.Row($"System.Math.{name}({type}, {type})", $"Math.{name}(({type})step, 2)", Lower(operation)));

    // A tensor comes first: a method is called on it.
    private static Lowering Extreme(Operation operation) => (on, x) =>
        x[0]!.Kind == ValueKind.Number ? on.Compute(operation, x[1]!, x[0]!) : on.Compute(operation, x[0]!, x[1]!);

    private static Node? Clamp(IComputation on, Node?[] x) => (x[1], x[2]) switch
    {
        (null, null) => null,
        ({ } low, null) => Choose(on, on.Compute(Operation.GreaterOrEqual, x[0]!, low), x[0]!, low),
        (null, { } high) => Choose(on, on.Compute(Operation.LessOrEqual, x[0]!, high), x[0]!, high),
        ({ } low, { } high) => on.Compute(Operation.Clamp, x[0]!, low, high),
    };

    private static Node Rectify(IComputation on, Node?[] x) => Choose(on, on.Compute(Operation.Greater, x[0]!, Constant.Zero), x[0]!, Constant.Zero);

    private static Node? Select(IComputation on, Node?[] x) => x[0]!.Kind == ValueKind.Mask ? Choose(on, x[0]!, x[1]!, x[2]!) : null;

    private static Node Choose(IComputation on, Node condition, Node then, Node otherwise)
    {
        if (then.Kind == ValueKind.Tensor || otherwise.Kind == ValueKind.Tensor)
            return on.Compute(Operation.Select, condition, then, otherwise);
        // Of two numbers nothing tells the type of the tensor but the parameter.
        Node chosen = on.Compute(Operation.KeepWhere, condition, Constant.One);
        return on.Compute(Operation.Add, on.Compute(Operation.Multiply, on.Compute(Operation.Subtract, then, otherwise), chosen), otherwise);
    }

    private static Node? Nearest(IComputation on, Node?[] x) => x[1] is null ? on.Compute(Operation.Round, x[0]!) : null;
}
